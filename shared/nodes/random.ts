/**
 * A seeded stream of numbers in [0, 1), equal on every machine and in every language that has 32-bit integers.
 * Algorithm: mulberry32 (Tommy Ettinger, public domain): a Weyl sequence with a 32-bit mixing function, period 2³².
 */
export function randomStream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A seed for a named part of a seeded whole, so that parts do not share a stream (FNV-1a over the words). */
export function seedOf(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const letter of words.join(" ")) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/** The numbers 0 to length − 1 in a random order (Fisher–Yates, from the end). Same seed, same order. */
export function permutation(length: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  const next = randomStream(seed);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
  }
  return order;
}
