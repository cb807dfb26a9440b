import { randomStream } from "../../shared/nodes/random.ts";

/** Seeded chance. Whole numbers include both ends. */
export interface Dice {
  whole(from: number, to: number): number;
  real(from: number, to: number): number;
  chance(share: number): boolean;
  oneOf<T>(things: readonly [T, ...T[]]): T;
  /** Undefined only when there is nothing to choose from. */
  anyOf<T>(things: readonly T[]): T | undefined;
}

export function createDice(seed: number): Dice {
  const next = randomStream(seed);
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    whole,
    real: (from, to) => from + next() * (to - from),
    chance: (share) => next() < share,
    oneOf: (things) => things[whole(0, things.length - 1)] ?? things[0],
    anyOf: (things) => things[whole(0, things.length - 1)],
  };
}
