import { minus, number, product } from "./expression.ts";
import { call, defineKind, isRefusal, type Work } from "./kind.ts";
import { pair, pairOf, showPair } from "./settings.ts";
import { valuesOf } from "./weighted.ts";
import { paddingSetting, slide, windowSight } from "./window.ts";

interface Words {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly tfjs: string;
  readonly keras: string;
  /** What joining one more value of a window costs. */
  readonly joins: keyof Work;
}

/** Max and average pooling differ only in what they do with a window's values. */
const pool2d = (words: Words) =>
  defineKind({
    name: words.name,
    title: words.title,
    family: "pool",
    summary: words.summary,
    takes: "image",
    settings: {
      size: pair(2, "Size", "Height and width of the window in pixels."),
      stride: {
        ...pair(2, "Stride", "Pixels from one window to the next; the size when left out."),
        follows: "size",
      },
      padding: paddingSetting("valid"),
    },
    shape({ size, stride, padding }, [image]) {
      const places = slide(image, { size, stride, padding }, "size");
      return isRefusal(places) ? places : [...places, image[2]];
    },
    work({ size }, _, output) {
      const [height, width] = pairOf(size);
      // The first value of a window costs nothing, every further one is joined to what is there.
      const joints = minus(
        product(number(height, "window height"), number(width, "window width")),
        number(1, "1"),
      );
      return { [words.joins]: product(valuesOf(output), joints) };
    },
    sight: ({ size, stride, padding }, [image]) => windowSight({ size, stride, padding }, image),
    notation: ({ size, stride, padding }) =>
      [
        showPair(size),
        ...(showPair(stride) === showPair(size) ? [] : [`stride ${showPair(stride)}`]),
        ...(padding === "valid" ? [] : [padding]),
      ].join(" · "),
    calls: ({ size, stride, padding }) => ({
      tfjs: [call(words.tfjs, { poolSize: pairOf(size), strides: pairOf(stride), padding })],
      keras: [
        call(words.keras, {
          pool_size: pairOf(size),
          ...(showPair(stride) === showPair(size) ? {} : { strides: pairOf(stride) }),
          ...(padding === "valid" ? {} : { padding }),
        }),
      ],
    }),
  });

export const maxPool2d = pool2d({
  name: "maxPool2d",
  title: "Max Pool 2D",
  summary: "Keeps the largest value of each window: fewer pixels, the strongest responses stay.",
  tfjs: "maxPooling2d",
  keras: "MaxPooling2D",
  joins: "comparisons",
});

export const avgPool2d = pool2d({
  name: "avgPool2d",
  title: "Average Pool 2D",
  summary: "Replaces each window by its mean. With same padding only the pixels inside the image count.",
  tfjs: "averagePooling2d",
  keras: "AveragePooling2D",
  joins: "additions",
});
