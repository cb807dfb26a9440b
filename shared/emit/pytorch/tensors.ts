import type { Step } from "../../compile/plan.ts";
import type { Weight, WeightName } from "../../nodes/kind.ts";
import { volume } from "../../nodes/shape.ts";

/** A stored array as PyTorch has it. */
export interface TorchTensor {
  /** Behind the layer's name: `weight`, `running_mean`, `depthwise.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Axis i of the tensor is axis `order[i]` of the stored array; then neighbours are joined where `shape` is shorter. */
  readonly order: readonly number[];
}

/**
 * A step's stored arrays in PyTorch's names and axis order: convolutions (out, in, height, width), transposed ones (in,
 * out, height, width), depthwise (in · multiplier, 1, height, width), dense (out, in). A locally connected layer, which
 * PyTorch lacks, has (row, column, out, in, height, width) and a bias of (out, row, column).
 */
export const torchTensors = ({ node, weights }: Step): readonly TorchTensor[] =>
  weights.map((it) => {
    const order = orderOf(node.kind, it);
    const axes = order.map((axis) => it.shape[axis] ?? 1);
    return {
      name: nameOf(node.kind, it.name),
      shape: isDepthwise(node.kind, it.name) ? grouped(axes) : axes,
      order,
    };
  });

/** The stored array with its axes in another order. */
export function reordered(
  values: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  if (order.every((axis, index) => axis === index)) return values;
  const strides = shape.map((_, axis) => volume(shape.slice(axis + 1)));
  const sizes = order.map((axis) => shape[axis] ?? 1);
  const steps = order.map((axis) => strides[axis] ?? 1);
  const turned = new Float32Array(values.length);
  const place = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < turned.length; to++) {
    turned[to] = values[from] ?? 0;
    // Counts up the place like an odometer.
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const next = (place[axis] ?? 0) + 1;
      from += steps[axis] ?? 0;
      if (next < (sizes[axis] ?? 1)) {
        place[axis] = next;
        break;
      }
      place[axis] = 0;
      from -= next * (steps[axis] ?? 0);
    }
  }
  return turned;
}

function orderOf(kind: string, { name, shape }: Weight): readonly number[] {
  if (isDepthwise(kind, name)) return [2, 3, 0, 1];
  switch (shape.length) {
    case 6:
      return [0, 1, 5, 4, 2, 3];
    case 4:
      return [3, 2, 0, 1];
    case 3:
      return [2, 0, 1];
    case 2:
      return [1, 0];
    default:
      return [0];
  }
}

const isDepthwise = (kind: string, name: WeightName): boolean =>
  name === "depthwise_kernel" || (kind === "depthwiseConv2d" && name === "kernel");

const grouped = ([channels = 1, multiplier = 1, ...window]: readonly number[]): readonly number[] => [
  channels * multiplier,
  1,
  ...window,
];

const nameOf = (kind: string, name: WeightName): string =>
  kind === "separableConv2d" && name === "bias" ? "pointwise.bias" : names[name];

const names: Readonly<Record<WeightName, string>> = {
  kernel: "weight",
  depthwise_kernel: "depthwise.weight",
  pointwise_kernel: "pointwise.weight",
  bias: "bias",
  gamma: "weight",
  beta: "bias",
  moving_mean: "running_mean",
  moving_variance: "running_var",
};
