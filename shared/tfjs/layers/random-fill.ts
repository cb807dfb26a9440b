import { randomStream } from "../../nodes/random.ts";

/**
 * Fills the mask with 0 for the share `rate` of the places and 1 ÷ (1 − rate) for the others, in the order in which
 * `randomStream(seed)` gives its numbers. Written out, because a mask has as many numbers as a feature
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

/**
 * Fills with numbers from a normal distribution of mean 0, in pairs by Box & Muller 1958 from two numbers of
 * `randomStream(seed)` each.
 */
export function fillNormal(noise: Float32Array, deviation: number, seed: number): void {
  const next = randomStream(seed);
  for (let place = 0; place < noise.length; place += 2) {
    // From (0, 1], since the logarithm of 0 is infinite.
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    noise[place] = radius * Math.cos(angle);
    if (place + 1 < noise.length) noise[place + 1] = radius * Math.sin(angle);
  }
}
