import { number, product } from "./expression.ts";
import { call, defineKind } from "./kind.ts";
import { choice, pair, pairOf, showPair } from "./settings.ts";
import { valuesOf } from "./weighted.ts";

/**
 * Larger images. Nearest repeats every pixel; bilinear takes pixel centres at half coordinates and repeats the border,
 * as Keras does (`UpSampling2D`); tfjs' own bilinear layer puts them elsewhere.
 */
export const upsample2d = defineKind({
  name: "upsample2d",
  title: "Upsample 2D",
  family: "shape",
  summary: "Makes the image larger: repeats every pixel, or blends between neighbours.",
  takes: "image",
  settings: {
    size: pair(2, "Size", "How many times as high and wide the image becomes.", { max: 64 }),
    interpolation: choice(
      ["nearest", "bilinear"],
      "nearest",
      "Interpolation",
      "nearest: repeats every pixel. bilinear: blends between the four nearest pixels.",
    ),
  },
  shape({ size }, [[height, width, channels]]) {
    const [down, right] = pairOf(size);
    return [
      product(number(height, "input height"), number(down, "size")),
      product(number(width, "input width"), number(right, "size")),
      channels,
    ];
  },
  // Blending four pixels takes three additions, also where they fall together.
  work: ({ interpolation }, _, output) =>
    interpolation === "nearest"
      ? {}
      : { additions: product(valuesOf(output), number(3, "additions of a blend")) },
  sight({ size, interpolation }) {
    const [down, right] = pairOf(size);
    const look = interpolation === "nearest" ? repeated : blended;
    const [rows, columns] = [look(down), look(right)];
    return {
      window: [rows.window, columns.window],
      stride: [1, 1],
      before: [rows.before, columns.before],
      zoom: [down, right],
    };
  },
  notation: ({ size, interpolation }) =>
    interpolation === "nearest" ? showPair(size) : `${showPair(size)} · bilinear`,
  calls: ({ size, interpolation }) => ({
    tfjs: [call("upSampling2d", { size: pairOf(size), interpolation })],
    keras: [
      call("UpSampling2D", {
        size: pairOf(size),
        ...(interpolation === "nearest" ? {} : { interpolation }),
      }),
    ],
  }),
});

/** Output i of a repeated axis sees input ⌊i / times⌋. */
const repeated = (times: number) => ({ window: times, before: times - 1 });

/** Output i of a blended axis sees the inputs on both sides of (i + ½) / times − ½: one where that is a whole number. */
const blended = (times: number) =>
  times % 2
    ? { window: 2 * times - 1, before: (times - 1) / 2 + times - 1 }
    : { window: 2 * times, before: times / 2 + times - 1 };
