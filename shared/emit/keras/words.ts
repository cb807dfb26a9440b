import { type Call, isCall } from "../../nodes/kind.ts";
import { sidesOf } from "../../nodes/settings.ts";
import type { Json } from "./json.ts";

/** A layer's class and configuration in Keras' words. */
export interface Worded {
  readonly className: string;
  readonly config: Readonly<Record<string, Json>>;
}

/** Keras' own call: only flat lists must become what Keras wants, and initialisers, whose work is done, go. */
export const fromKeras = ({ fn, args }: Call): Worded => ({
  className: fn,
  config: {
    // Keras reads both of these back without looking whether they are there.
    ...(fn === "Rescaling" ? { scale: 1, offset: 0 } : {}),
    ...Object.fromEntries(
      Object.entries(args).flatMap(([name, value]): [string, Json][] =>
        isCall(value) || name === "name" ? [] : [[name, isSides(fn, name) ? nested(value) : value]],
      ),
    ),
  },
});

/**
 * tfjs's call, for Keras 2 and for tfjs itself, which reads Keras' words too. Of Keras 3 it takes another word for the
 * slope of a leaky ReLU.
 */
export function fromTfjs({ fn, args }: Call, version: 2 | 3): Worded {
  const className = classNames[fn];
  if (!className) throw new Error(`Keras has no layer for ${fn}.`);
  const kept = Object.entries(args).filter(([name, value]) => !isCall(value) && !/Initializer$/.test(name));
  const renamed = kept.map(([name, value]) => [inSnakeCase(name), value] as const);
  const { config } = fromKeras({ fn: className, args: Object.fromEntries(renamed) });
  if (fn === "spatialDropout2d") return { className, config: { ...config, noise_shape: [null, 1, 1, null] } };
  const { alpha, ...others } = config;
  return alpha !== undefined && version === 3
    ? { className, config: { ...others, negative_slope: alpha } }
    : { className, config };
}

const isSides = (className: string, name: string): boolean =>
  (className === "ZeroPadding2D" && name === "padding") ||
  (className === "Cropping2D" && name === "cropping");

/** [top, bottom, left, right] as [[top, bottom], [left, right]]. */
function nested(amount: Exclude<Call["args"][string], Call>): Json {
  if (typeof amount !== "number" && typeof amount !== "object") throw new Error("A border has no amount.");
  const [top, bottom, left, right] = sidesOf(amount);
  return [
    [top, bottom],
    [left, right],
  ];
}

const inSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (it) => `_${it.toLowerCase()}`);

const classNames: Readonly<Record<string, string>> = {
  activation: "Activation",
  add: "Add",
  average: "Average",
  averagePooling2d: "AveragePooling2D",
  batchNormalization: "BatchNormalization",
  concatenate: "Concatenate",
  conv2d: "Conv2D",
  conv2dTranspose: "Conv2DTranspose",
  cropping2D: "Cropping2D",
  dense: "Dense",
  depthwiseConv2d: "DepthwiseConv2D",
  dropout: "Dropout",
  flatten: "Flatten",
  gaussianNoise: "GaussianNoise",
  globalAveragePooling2d: "GlobalAveragePooling2D",
  globalMaxPooling2d: "GlobalMaxPooling2D",
  layerNormalization: "LayerNormalization",
  leakyReLU: "LeakyReLU",
  maximum: "Maximum",
  maxPooling2d: "MaxPooling2D",
  multiply: "Multiply",
  permute: "Permute",
  rescaling: "Rescaling",
  reshape: "Reshape",
  separableConv2d: "SeparableConv2D",
  spatialDropout2d: "Dropout",
  upSampling2d: "UpSampling2D",
  zeroPadding2d: "ZeroPadding2D",
};

/** Keras puts a model's name in names of its own, where it must be a word. */
export const modelName = (title: string): string =>
  title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, 60) || "model";
