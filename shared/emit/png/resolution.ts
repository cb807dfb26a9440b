const signatureLength = 8;
/** Length, type, 13 bytes and check sum of IHDR, which comes first. */
const headerLength = 25;

/** A PNG that says its dots per inch: chunk pHYs behind the header (PNG, third edition, 11.3.4.3). */
export function withResolution(png: Uint8Array, dotsPerInch: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  const dotsPerMetre = Math.round(dotsPerInch / 0.0254);
  view.setUint32(0, 9);
  chunk.set(
    [..."pHYs"].map((it) => it.charCodeAt(0)),
    4,
  );
  view.setUint32(8, dotsPerMetre);
  view.setUint32(12, dotsPerMetre);
  chunk[16] = 1;
  view.setUint32(17, checkSum(chunk.subarray(4, 17)));
  const at = signatureLength + headerLength;
  const file = new Uint8Array(png.length + chunk.length);
  file.set(png.subarray(0, at));
  file.set(chunk, at);
  file.set(png.subarray(at), at + chunk.length);
  return file;
}

/** CRC-32 as in PNG, annex D. */
function checkSum(bytes: Uint8Array): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}
