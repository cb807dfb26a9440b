/**
 * Fills the mask with 0 for the share `rate` of the places and 1 ÷ (1 − rate) for the others, in the order in which
 * `randomStream(seed)` of `random.ts` gives its numbers. Written out, because a mask has as many numbers as a feature
 * map and a call for each takes ten times as long.
 */
export function fillMask(mask: Float32Array, rate: number, seed: number): void {
  const kept = 1 / (1 - rate);
  const dropped = rate * 2 ** 32;
  let state = seed | 0;
  for (let place = 0; place < mask.length; place++) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    mask[place] = (mixed ^ (mixed >>> 14)) >>> 0 < dropped ? 0 : kept;
  }
}
