/**
 * Whether the file's collections of texts can be walked to their end. The HDF5 library walks them without looking where a
 * step leads: an object of no size stops it in an endless loop (met by damaging files at random, in h5wasm 0.10.3), and one
 * of a huge size could lead it backwards. Files with other sizes of addresses than 8 bytes, which h5py never writes, count
 * as unsound, because in them a collection would look otherwise.
 * Format: HDF5 File Format Specification 3.0, sections II.A (superblock) and III.E (global heap).
 */
export function hasSoundHeaps(bytes: Uint8Array): boolean {
  const version = bytes[8] ?? 0;
  const [addresses, lengths] = version < 2 ? [bytes[13], bytes[14]] : [bytes[9], bytes[10]];
  if (addresses !== 8 || lengths !== 8) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // A damaged address may point anywhere, so a collection may begin at any byte.
  for (
    let at = bytes.indexOf(letterG);
    at !== -1 && at + headerBytes <= bytes.length;
    at = bytes.indexOf(letterG, at + 1)
  )
    if (view.getUint32(at, true) === signature && bytes[at + 4] === 1 && !endsSoundly(view, at)) return false;
  return true;
}

const letterG = 0x47;
/** `GCOL`. */
const signature = 0x4c4f4347;
/** Of a collection, and of each object in it. */
const headerBytes = 16;

function endsSoundly(view: DataView, start: number): boolean {
  const end = start + sizeAt(view, start + 8);
  if (end > view.byteLength) return false;
  let at = start + headerBytes;
  while (at + headerBytes <= end) {
    const size = sizeAt(view, at + 8);
    // Object 0 is what is free, its own header included.
    const step = view.getUint16(at, true) === 0 ? size : headerBytes + 8 * Math.ceil(size / 8);
    if (step < headerBytes) return false;
    at += step;
  }
  return at <= end;
}

const sizeAt = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));
