// Each module below is the smallest that uses one instruction of its proposal; an engine without it refuses them.
const simdModule = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
  11,
];
const relaxedModule = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2,
  253, 15, 253, 128, 2, 11,
];

export function hasSimd(): boolean {
  return WebAssembly.validate(new Uint8Array(simdModule));
}

export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(new Uint8Array(relaxedModule));
}

/** In browsers only pages that are cross-origin isolated may share memory; elsewhere the flag does not exist. */
export function hasSharedMemory(): boolean {
  return typeof SharedArrayBuffer !== "undefined" && globalThis.crossOriginIsolated !== false;
}
