import { call, defineKind } from "./kind.ts";
import { whole } from "./settings.ts";

/**
 * Output position p (row by row) shows input position `permutation(height · width, seed)[p]`, all channels together;
 * for a vector the same over its values. The permutation is in `random.ts`.
 */
export const shufflePixels = defineKind({
  name: "shufflePixels",
  title: "Shuffle Pixels",
  family: "shape",
  summary: "Moves every pixel to another place: one fixed random order, the same for all images.",
  takes: "any",
  settings: {
    seed: whole(1, "Seed", "Another number gives another order.", { min: 0, max: 2 ** 31 - 1 }),
  },
  shape: (_, [shape]) => shape,
  // A window behind it holds pixels from anywhere in the image.
  sight: () => "everything",
  notation: ({ seed }) => `seed ${seed}`,
  calls: ({ seed }) => ({
    tfjs: [call("shufflePixels", { seed })],
    keras: [call("ShufflePixels", { seed })],
  }),
});
