import { Inflate, inflateSync } from "fflate";

/**
 * A gzip file (RFC 1952) with one member, opened without trusting it: nothing is inflated before the caller has seen
 * how much there is. `undefined` from any function means: broken.
 */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Size after inflation, modulo 2³², as the last four bytes claim (ISIZE). */
export const inflatedSize = (bytes: Uint8Array): number => littleEndian(bytes, bytes.length - 4);

/** DEFLATE spends at least one bit on 258 bytes and a code of two bits per match: 1,032 to 1 is its limit (RFC 1951). */
const mostPerByte = 1032;
export const canInflateTo = (bytes: Uint8Array, size: number): boolean => size <= bytes.length * mostPerByte;

/** The first `count` inflated bytes, fewer where there are no more. Reads as little of the file as that takes. */
export function inflatedStart(bytes: Uint8Array, count: number): Uint8Array | undefined {
  const body = bodyOf(bytes);
  if (!body) return undefined;
  const start = new Uint8Array(count);
  let filled = 0;
  const stream = new Inflate((piece) => {
    start.set(piece.subarray(0, count - filled), filled);
    filled += Math.min(piece.length, count - filled);
  });
  try {
    for (let from = 0, step = 1024; from < body.length && filled < count; from += step, step *= 2)
      stream.push(body.subarray(from, from + step));
  } catch {
    return undefined;
  }
  return start.subarray(0, filled);
}

/** All bytes, where the file inflates to exactly `size` of them and its checksum agrees. */
export function inflated(bytes: Uint8Array, size: number): Uint8Array | undefined {
  const body = bodyOf(bytes);
  if (!body || inflatedSize(bytes) !== size || !canInflateTo(bytes, size)) return undefined;
  try {
    // Into a buffer of our own: what does not fit is dropped, and then the checksum fails.
    const out = inflateSync(body, { out: new Uint8Array(size) });
    const sum = littleEndian(bytes, bytes.length - 8);
    return out.length === size && crc32(out) === sum ? out : undefined;
  } catch {
    return undefined;
  }
}

const extraField = 4;
const fileName = 8;
const comment = 16;
const headerChecksum = 2;

/** What lies between the header (RFC 1952, section 2.3) and the eight bytes of checksum and size. */
function bodyOf(bytes: Uint8Array): Uint8Array | undefined {
  const deflate = 8;
  if (!isGzip(bytes) || bytes[2] !== deflate) return undefined;
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & extraField) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  for (const text of [fileName, comment]) {
    if (!(flags & text)) continue;
    const end = bytes.indexOf(0, at);
    if (end === -1) return undefined;
    at = end + 1;
  }
  if (flags & headerChecksum) at += 2;
  return at + 8 < bytes.length ? bytes.subarray(at, bytes.length - 8) : undefined;
}

const littleEndian = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)) >>>
  0;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

/** CRC-32 of gzip, zip and PNG (RFC 1952, section 8): reflected polynomial 0xEDB88320. fflate leaves it unchecked. */
export function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (let at = 0; at < bytes.length; at++)
    sum = (crcTable[(sum ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
