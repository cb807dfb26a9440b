import type { WeightName } from "../../nodes/kind.ts";
import { pairOf, type Value } from "../../nodes/settings.ts";
import { activated } from "./activations.ts";
import { type Field, fused, int, paddings } from "./schema.ts";
import { type Given, type Site, storedOf, type TensorIndex } from "./site.ts";

/** The compiler has checked the values: sizes are numbers or pairs. */
export const sizesOf = (value: Value | undefined): readonly [number, number] =>
  pairOf(typeof value === "object" || typeof value === "number" ? value : 1);

export const paddingOf = ({ step }: Site): Field =>
  paddings[step.values.padding === "same" ? "same" : "valid"];

/** Across, then down, as options have them. */
export const strideOf = ({ step }: Site): readonly Field[] =>
  [...sizesOf(step.values.stride)].reverse().map(int);

const dilationOf = ({ step }: Site): readonly Field[] =>
  [...sizesOf(step.values.dilation)].reverse().map(int);

export const conv2d = (site: Site): TensorIndex =>
  activated(site, (output, fusing) => {
    const { shape, values } = storedOf(site, "kernel");
    const [height = 1, width = 1, channels = 1, filters = 1] = shape;
    const kernel = site.floats("kernel", [filters, height, width, channels], lastFirst(values, filters));
    return site.add("CONV_2D", [site.source(), kernel, biasOf(site, filters)], output, [
      paddingOf(site),
      ...strideOf(site),
      fusing,
      ...dilationOf(site),
    ]);
  });

export const depthwiseConv2d = (site: Site): TensorIndex =>
  activated(site, (output, fusing) => depthwise(site, "kernel", output, fusing));

export function separableConv2d(site: Site): TensorIndex {
  const [, , channels = 1, multiplier = 1] = storedOf(site, "depthwise_kernel").shape;
  const [height = 1, width = 1, filters = 1] = site.step.output;
  const maps = depthwise(
    site,
    "depthwise_kernel",
    site.part("depthwise", [-1, height, width, channels * multiplier]),
    fused.none,
  );
  const { values } = storedOf(site, "pointwise_kernel");
  const mixing = site.floats(
    "pointwise_kernel",
    [filters, 1, 1, channels * multiplier],
    lastFirst(values, filters),
  );
  const still = [paddings.valid, int(1), int(1)];
  return activated(site, (output, fusing) =>
    site.add("CONV_2D", [maps, mixing, biasOf(site, filters)], output, [...still, fusing, int(1), int(1)]),
  );
}

/** Channels with their multiples stand last already: [height, width, in, multiplier] → [1, height, width, in · multiplier]. */
function depthwise(site: Site, name: WeightName, output: Given, fusing: Field): TensorIndex {
  const { shape, values } = storedOf(site, name);
  const [height = 1, width = 1, channels = 1, multiplier = 1] = shape;
  const maps = channels * multiplier;
  const kernel = site.floats(name, [1, height, width, maps], values);
  const bias =
    name === "kernel" ? biasOf(site, maps) : site.floats("no_bias", [maps], new Float32Array(maps));
  return site.add("DEPTHWISE_CONV_2D", [site.source(), kernel, bias], output, [
    paddingOf(site),
    ...strideOf(site),
    int(multiplier),
    fusing,
    int(1),
    int(1),
  ]);
}

/**
 * The operator wants to be told its output's shape, the number of examples included: one. Worked out from the input's shape
 * it makes LiteRT.js (2.5.3) give other numbers.
 */
export const conv2dTranspose = (site: Site): TensorIndex =>
  activated(
    site,
    (output) => {
      const { shape, values } = storedOf(site, "kernel");
      const [height = 1, width = 1, filters = 1, channels = 1] = shape;
      const kernel = site.floats(
        "kernel",
        [filters, height, width, channels],
        secondLastFirst(values, filters, channels),
      );
      const size = site.ints("output_shape", [4], [1, ...site.step.output]);
      return site.add("TRANSPOSE_CONV", [size, kernel, site.source(), biasOf(site, filters)], output, [
        paddingOf(site),
        ...strideOf(site),
        fused.none,
      ]);
    },
    // Only a later version of the operator does.
    { fuses: false },
  );

export const dense = (site: Site): TensorIndex =>
  activated(site, (output, fusing) => {
    const { shape, values } = storedOf(site, "kernel");
    const [inputs = 1, units = 1] = shape;
    const kernel = site.floats("kernel", [units, inputs], lastFirst(values, units));
    return site.add("FULLY_CONNECTED", [site.source(), kernel, biasOf(site, units)], output, [
      fusing,
      { byte: 0 },
      { byte: 0 },
      { byte: 0 },
    ]);
  });

/** Not every reader does without. */
function biasOf(site: Site, length: number): TensorIndex {
  const bias = site.stored("bias");
  return site.floats(bias ? "bias" : "no_bias", [length], bias?.values ?? new Float32Array(length));
}

/** [a, last] → [last, a]. */
function lastFirst(values: Float32Array, last: number): Float32Array {
  const before = values.length / last;
  const turned = new Float32Array(values.length);
  for (let i = 0; i < before; i++)
    for (let j = 0; j < last; j++) turned[j * before + i] = values[i * last + j] ?? 0;
  return turned;
}

/** [a, b, c] → [b, a, c]. */
function secondLastFirst(values: Float32Array, b: number, c: number): Float32Array {
  const a = values.length / b / c;
  const turned = new Float32Array(values.length);
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++)
      turned.set(values.subarray((i * b + j) * c, (i * b + j + 1) * c), (j * a + i) * c);
  return turned;
}
