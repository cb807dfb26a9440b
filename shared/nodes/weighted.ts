import { type Expression, number, product } from "./expression.ts";
import type { Weight, WeightName } from "./kind.ts";
import { flag } from "./settings.ts";

export const biasSetting = flag(true, "Bias", "One number per feature map, added to every position.");
export const trainableSetting = flag(true, "Trainable", "Off keeps the weights as they are during training.");

type Axis = readonly [size: number, name: string];

/** An array of weights by its axes. */
export const weight = (
  name: WeightName,
  axes: readonly Axis[],
  role: Weight["role"],
  initial: Weight["initial"],
): Weight => ({
  name,
  shape: axes.map(([size]) => size),
  axes: axes.map(([, axis]) => axis),
  role,
  initial,
});

/** `learned` unless the layer is not trainable. */
export const roleOf = (trainable: boolean): "learned" | "frozen" => (trainable ? "learned" : "frozen");

/** One bias for each of the last axis' entries, where the layer has any. */
export const biasOf = (bias: boolean, axes: readonly Axis[], role: Weight["role"]): readonly Weight[] =>
  bias ? [weight("bias", axes, role, "zeros")] : [];

/** All values of an output or an input, axis by axis: `28·28·8`. */
export const valuesOf = (shape: readonly number[], whose = "output"): Expression => {
  const [height, width, channels] = shape;
  if (width === undefined || channels === undefined) return number(height ?? 0, `${whose} values`);
  return product(
    number(height ?? 0, `${whose} height`),
    number(width, `${whose} width`),
    number(channels, `${whose} channels`),
  );
};
