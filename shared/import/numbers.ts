/** How numbers can lie in a file, least significant byte first. */
export const numberTypes = ["F64", "F32", "F16", "BF16", "I32", "U16", "U8"] as const;
export type NumberType = (typeof numberTypes)[number];

export const bytesEach: Readonly<Record<NumberType, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I32: 4,
  U16: 2,
  U8: 1,
};

/** The numbers as float32: exact for all but F64 and large I32, which are rounded. Bytes that fill no number are left out. */
export function numbersFrom(bytes: Uint8Array, type: NumberType): Float32Array {
  const count = Math.floor(bytes.length / bytesEach[type]);
  // A copy begins at a multiple of four, as typed arrays must; every machine that runs us is little-endian. Not `slice`,
  // which on Node's buffers is no copy.
  if (type === "F32") return new Float32Array(new Uint8Array(bytes.subarray(0, 4 * count)).buffer);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = readers[type];
  const numbers = new Float32Array(count);
  for (let at = 0; at < count; at++) numbers[at] = read(view, at);
  return numbers;
}

const readers: Readonly<Record<NumberType, (view: DataView, at: number) => number>> = {
  F64: (view, at) => view.getFloat64(8 * at, true),
  F32: (view, at) => view.getFloat32(4 * at, true),
  F16: (view, at) => half(view.getUint16(2 * at, true)),
  BF16: (view, at) => brain(view.getUint16(2 * at, true)),
  I32: (view, at) => view.getInt32(4 * at, true),
  U16: (view, at) => view.getUint16(2 * at, true),
  U8: (view, at) => view.getUint8(at),
};

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * 2 ** (exponent - 25) * (1024 + fraction);
}

const word = new DataView(new ArrayBuffer(4));

/** The upper half of a float32. */
function brain(bits: number): number {
  word.setUint32(0, bits * 65_536);
  return word.getFloat32(0);
}
