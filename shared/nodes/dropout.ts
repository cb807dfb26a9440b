import { call, defineKind } from "./kind.ts";
import { real } from "./settings.ts";

const rate = (hint: string) => real(0.5, "Rate", hint, { min: 0, max: 0.99 });

export const dropout = defineKind({
  name: "dropout",
  title: "Dropout",
  family: "regularise",
  summary:
    "During training sets a random share of the values to zero and scales up the rest; otherwise does nothing.",
  takes: "any",
  settings: { rate: rate("Share of the values that is dropped in each training step.") },
  shape: (_, [shape]) => shape,
  notation: ({ rate }) => String(rate),
  calls: ({ rate }) => ({ tfjs: [call("dropout", { rate })], keras: [call("Dropout", { rate })] }),
});

export const spatialDropout2d = defineKind({
  name: "spatialDropout2d",
  title: "Spatial Dropout 2D",
  family: "regularise",
  summary: "During training sets whole feature maps to zero and scales up the rest; otherwise does nothing.",
  takes: "image",
  settings: { rate: rate("Share of the feature maps that is dropped in each training step.") },
  shape: (_, [shape]) => shape,
  notation: ({ rate }) => String(rate),
  calls: ({ rate }) => ({
    tfjs: [call("spatialDropout2d", { rate })],
    keras: [call("SpatialDropout2D", { rate })],
  }),
});

export const gaussianNoise = defineKind({
  name: "gaussianNoise",
  title: "Gaussian Noise",
  family: "regularise",
  summary: "During training adds random numbers from a normal distribution; otherwise does nothing.",
  takes: "any",
  settings: {
    deviation: real(0.1, "Deviation", "Standard deviation of the noise, from 0 to 1 as in Keras.", {
      min: 0,
      max: 1,
    }),
  },
  shape: (_, [shape]) => shape,
  notation: ({ deviation }) => String(deviation),
  calls: ({ deviation }) => ({
    tfjs: [call("gaussianNoise", { stddev: deviation })],
    keras: [call("GaussianNoise", { stddev: deviation })],
  }),
});
