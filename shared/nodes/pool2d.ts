import { call, defineKind, isRefusal } from "./kind.ts";
import { pair, pairOf, showPair } from "./settings.ts";
import { paddingSetting, slide } from "./window.ts";

/** Max and average pooling differ only in what they do with a window's values. */
const pool2d = (words: { name: string; title: string; summary: string; tfjs: string; keras: string }) =>
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
    sight: ({ size, stride }) => ({ window: pairOf(size), stride: pairOf(stride) }),
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
});

export const avgPool2d = pool2d({
  name: "avgPool2d",
  title: "Average Pool 2D",
  summary: "Replaces each window by its mean. With same padding only the pixels inside the image count.",
  tfjs: "averagePooling2d",
  keras: "AveragePooling2D",
});
