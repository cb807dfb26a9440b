import { minus, number, product } from "./expression.ts";
import { call, defineKind, type Work } from "./kind.ts";

interface Words {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly tfjs: string;
  readonly keras: string;
  /** What joining one more value of a feature map costs. */
  readonly joins: keyof Work;
}

const globalPool2d = (words: Words) =>
  defineKind({
    name: words.name,
    title: words.title,
    family: "pool",
    summary: words.summary,
    takes: "image",
    settings: {},
    shape: (_, [[, , channels]]) => [channels],
    work(_, [[height, width, channels]]) {
      const pixels = product(number(height, "input height"), number(width, "input width"));
      return { [words.joins]: product(number(channels, "channels"), minus(pixels, number(1, "1"))) };
    },
    sight: () => "everything",
    calls: () => ({ tfjs: [call(words.tfjs)], keras: [call(words.keras)] }),
  });

export const globalMaxPool2d = globalPool2d({
  name: "globalMaxPool2d",
  title: "Global Max Pool",
  summary: "One number per feature map: its largest value. Is the feature anywhere in the image?",
  tfjs: "globalMaxPooling2d",
  keras: "GlobalMaxPooling2D",
  joins: "comparisons",
});

export const globalAvgPool2d = globalPool2d({
  name: "globalAvgPool2d",
  title: "Global Average Pool",
  summary: "One number per feature map: its mean.",
  tfjs: "globalAveragePooling2d",
  keras: "GlobalAveragePooling2D",
  joins: "additions",
});
