import type { Colours } from "../svg/theme.ts";

/** Colours of one block. */
export interface Tints {
  readonly front: string;
  readonly top: string;
  readonly side: string;
  readonly edge: string;
}

/** A family's colour as paint for faces, lit from the upper left. */
export const tintsOf = (family: string, { ground, ink }: Colours): Tints => ({
  front: mixed(family, ground, 0.24),
  top: mixed(family, ground, 0.14),
  side: mixed(family, ground, 0.42),
  edge: mixed(family, ink, 0.88),
});

/** `share` of the first colour, the rest of the second; both as `#rrggbb`. */
export function mixed(first: string, second: string, share: number): string {
  const [a, b] = [channels(first), channels(second)];
  return `#${a
    .map((it, at) =>
      Math.round(share * it + (1 - share) * (b[at] ?? 0))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

const channels = (colour: string): readonly number[] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
