/** An IDX file of bytes (yann.lecun.com/exdb/mnist): two zero bytes, type, rank, one big-endian size per axis, values. */
export function idxFile(sizes: readonly number[], values: Iterable<number>): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  header.setUint32(0, 0x800 + sizes.length);
  for (const [axis, size] of sizes.entries()) header.setUint32(4 + 4 * axis, size);
  return Uint8Array.from([...new Uint8Array(header.buffer), ...values]);
}
