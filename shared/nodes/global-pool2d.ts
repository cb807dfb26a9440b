import { call, defineKind } from "./kind.ts";

const globalPool2d = (words: { name: string; title: string; summary: string; tfjs: string; keras: string }) =>
  defineKind({
    name: words.name,
    title: words.title,
    family: "pool",
    summary: words.summary,
    takes: "image",
    settings: {},
    shape: (_, [[, , channels]]) => [channels],
    sight: () => "everything",
    calls: () => ({ tfjs: [call(words.tfjs)], keras: [call(words.keras)] }),
  });

export const globalMaxPool2d = globalPool2d({
  name: "globalMaxPool2d",
  title: "Global Max Pool",
  summary: "One number per feature map: its largest value. Is the feature anywhere in the image?",
  tfjs: "globalMaxPooling2d",
  keras: "GlobalMaxPooling2D",
});

export const globalAvgPool2d = globalPool2d({
  name: "globalAvgPool2d",
  title: "Global Average Pool",
  summary: "One number per feature map: its mean.",
  tfjs: "globalAveragePooling2d",
  keras: "GlobalAveragePooling2D",
});
