import { type Expression, number, product } from "./expression.ts";
import type { Weight } from "./kind.ts";
import { flag } from "./settings.ts";

export const biasSetting = flag(true, "Bias", "One number per feature map, added to every position.");
export const trainableSetting = flag(true, "Trainable", "Off keeps the weights as they are during training.");

/** What the axes of a convolution's kernel count. */
export const kernelAxes = ["kernel height", "kernel width", "input channels", "filters"] as const;
export const filterAxes = ["filters"] as const;
export const channelAxes = ["channels"] as const;

/** `learned` unless the layer is not trainable. */
export const roleOf = (trainable: boolean): "learned" | "frozen" => (trainable ? "learned" : "frozen");

/** The weights of a layer that sums: its kernels and, where it has any, a bias of the given axes. */
export const withBias = (
  kernels: readonly Weight[],
  bias: boolean,
  axes: readonly string[],
  shape: readonly number[],
  role: Weight["role"],
): readonly Weight[] =>
  bias ? [...kernels, { name: "bias", axes, shape, role, initial: "zeros" }] : kernels;

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
