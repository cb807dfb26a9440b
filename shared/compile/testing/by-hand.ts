import { permutation } from "../../nodes/random.ts";
import { sidesOf } from "../../nodes/settings.ts";
import type { Plan, Step } from "../plan.ts";
import type { Weights } from "../weights.ts";
import { activated } from "./activations-by-hand.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { grid, imageOf, type Layer, lastOf, placeOf, weightAt } from "./layer.ts";
import { blended, convolved, depthwise, painted, pooled, repeated } from "./windows-by-hand.ts";

/**
 * Every layer as its definition says, value by value and as slowly as that is: to check what the compiler counts and
 * what it says about receptive fields. Arrays are flat, row by row, channels last. Outside of training: dropout and
 * noise do nothing, batch norm takes its moving averages.
 */
export function runByHand<T>(
  plan: Plan,
  example: readonly T[],
  weights: Weights,
  on: Arithmetic<T>,
  seen: (step: Step, output: readonly T[]) => void,
): void {
  const outputs = new Map<string, readonly T[]>();
  for (const step of plan.steps) {
    const inputs = step.sources.map((id) => outputs.get(id) ?? []);
    const output =
      step.kind.family === "input"
        ? example
        : layer({ step, weights: weights[step.node.id] ?? [], on }, inputs);
    outputs.set(step.node.id, output);
    seen(step, output);
  }
}

function layer<T>(its: Layer<T>, inputs: readonly (readonly T[])[]): readonly T[] {
  const [input = []] = inputs;
  switch (its.step.node.kind) {
    case "conv2d":
    case "locallyConnected2d":
      return withBias(its, convolved(its, input));
    case "depthwiseConv2d":
      return withBias(its, depthwise(its, input));
    case "separableConv2d":
      return withBias(its, mixed(its, depthwise(its, input)));
    case "conv2dTranspose":
      return withBias(its, painted(its, input));
    case "dense":
      return withBias(its, connected(its, input));
    case "maxPool2d":
    case "avgPool2d":
      return pooled(its, input);
    case "globalMaxPool2d":
    case "globalAvgPool2d":
      return globallyPooled(its, input);
    case "add":
    case "average":
    case "multiply":
    case "maximum":
      return merged(its, inputs);
    case "concat":
      return joined(its, inputs);
    case "upsample2d":
      return its.step.values.interpolation === "bilinear" ? blended(its, input) : repeated(its, input);
    case "zeroPad2d":
    case "crop2d":
      return bordered(its, input);
    case "rescale":
      return rescaled(its, input);
    case "shufflePixels":
      return shuffled(its, input);
    case "activation":
      return activated(its.on, input, String(its.step.values.function), lastOf(its.step.output));
    case "batchNorm":
      return normalized(its, input);
    case "layerNorm":
      return normalizedByPixel(its, input);
    case "input":
    case "flatten":
    case "reshape":
    case "dropout":
    case "spatialDropout2d":
    case "gaussianNoise":
      return input;
  }
}

function withBias<T>(its: Layer<T>, sums: readonly T[]): readonly T[] {
  const { step, on } = its;
  const bias = placeOf(its, "bias");
  const length = step.weights[bias]?.shape.reduce((all, size) => all * size, 1) ?? 1;
  const shifted =
    bias < 0 ? sums : sums.map((it, at) => on.add(it, on.constant(weightAt(its, bias, at % length))));
  return activated(on, shifted, String(step.values.activation), lastOf(step.output));
}

/** The second half of a separable convolution. */
function mixed<T>(its: Layer<T>, maps: readonly T[]): readonly T[] {
  const [rows, columns, filters] = imageOf(its.step.output);
  const depth = maps.length / (rows * columns);
  return [...grid([rows, columns])].flatMap((_, pixel) =>
    Array.from({ length: filters }, (_, filter) =>
      sumOf(its, 1, maps, pixel * depth, depth, filter, filters),
    ),
  );
}

const connected = <T>(its: Layer<T>, input: readonly T[]): readonly T[] => {
  const units = lastOf(its.step.output);
  return Array.from({ length: units }, (_, unit) => sumOf(its, 0, input, 0, input.length, unit, units));
};

/** The sum of `count` values from `from` on, each with its weight in column `column` of a matrix. */
function sumOf<T>(
  its: Layer<T>,
  array: number,
  values: readonly T[],
  from: number,
  count: number,
  column: number,
  columns: number,
): T {
  let sum: T | undefined;
  for (let at = 0; at < count; at++)
    sum = its.on.multiplyAdd(
      sum,
      values[from + at] ?? its.on.zero,
      weightAt(its, array, at * columns + column),
    );
  return sum ?? its.on.constant(0);
}

function globallyPooled<T>({ step, on }: Layer<T>, input: readonly T[]): readonly T[] {
  const channels = lastOf(step.output);
  const pixels = input.length / channels;
  const largest = step.kind.name === "globalMaxPool2d";
  return Array.from({ length: channels }, (_, channel) => {
    const all = input
      .filter((_, at) => at % channels === channel)
      .reduce((a, b) => (largest ? on.larger(a, b) : on.add(a, b)));
    return largest ? all : on.apply((it) => it / pixels, all);
  });
}

/** Value by value; an input of size 1 along an axis is repeated. */
function merged<T>({ step, on }: Layer<T>, inputs: readonly (readonly T[])[]): readonly T[] {
  const [height, width, channels] = imageOf(step.output);
  return [...grid([height, width])].flatMap(([y, x]) =>
    Array.from({ length: channels }, (_, channel) => {
      const values = inputs.map((it, slot) => {
        const [rows, columns, depth] = imageOf(step.inputs[slot]);
        const pixel = (rows === 1 ? 0 : y) * columns + (columns === 1 ? 0 : x);
        return it[pixel * depth + (depth === 1 ? 0 : channel)] ?? on.zero;
      });
      switch (step.kind.name) {
        case "maximum":
          return values.reduce((a, b) => on.larger(a, b));
        case "multiply":
          return on.apply((...all) => all.reduce((a, b) => a * b), ...values);
        case "average":
          return on.apply(
            (it) => it / values.length,
            values.reduce((a, b) => on.add(a, b)),
          );
        default:
          return values.reduce((a, b) => on.add(a, b));
      }
    }),
  );
}

function joined<T>({ step }: Layer<T>, inputs: readonly (readonly T[])[]): readonly T[] {
  const depths = step.inputs.map(lastOf);
  const pixels = (inputs[0]?.length ?? 0) / (depths[0] ?? 1);
  return Array.from({ length: pixels }, (_, pixel) =>
    inputs.flatMap((it, slot) => it.slice(pixel * (depths[slot] ?? 1), (pixel + 1) * (depths[slot] ?? 1))),
  ).flat();
}

function bordered<T>({ step, on }: Layer<T>, input: readonly T[]): readonly T[] {
  const { amount } = step.values;
  const sides = typeof amount === "number" || Array.isArray(amount) ? sidesOf(amount) : sidesOf(0);
  const sign = step.kind.name === "crop2d" ? -1 : 1;
  const [height, width, channels] = imageOf(step.inputs[0]);
  const [rows, columns] = imageOf(step.output);
  return [...grid([rows, columns])].flatMap(([row, column]) => {
    const [y, x] = [row - sign * sides[0], column - sign * sides[2]];
    const inside = y >= 0 && y < height && x >= 0 && x < width;
    return Array.from({ length: channels }, (_, channel) =>
      inside ? (input[(y * width + x) * channels + channel] ?? on.zero) : on.zero,
    );
  });
}

function rescaled<T>({ step, on }: Layer<T>, input: readonly T[]): readonly T[] {
  const [scale, offset] = [Number(step.values.scale), Number(step.values.offset)];
  const scaled = input.map((value) => on.apply((it) => it * scale, value));
  return offset === 0 ? scaled : scaled.map((value) => on.add(value, on.constant(offset)));
}

function shuffled<T>({ step, on }: Layer<T>, input: readonly T[]): readonly T[] {
  const channels = step.output.length === 1 ? 1 : lastOf(step.output);
  const order = permutation(input.length / channels, Number(step.values.seed));
  return [...order].flatMap((from) =>
    Array.from({ length: channels }, (_, channel) => input[from * channels + channel] ?? on.zero),
  );
}

function normalized<T>(its: Layer<T>, input: readonly T[]): readonly T[] {
  const { step, on } = its;
  const channels = lastOf(step.output);
  const [mean, variance] = [placeOf(its, "moving_mean"), placeOf(its, "moving_variance")];
  return input.map((value, at) => {
    const channel = at % channels;
    const deviation = Math.sqrt(weightAt(its, variance, channel) + Number(step.values.epsilon));
    const centred = on.add(value, on.constant(-weightAt(its, mean, channel)));
    return scaledAndShifted(
      its,
      on.apply((it) => it / deviation, centred),
      channel,
    );
  });
}

function normalizedByPixel<T>(its: Layer<T>, input: readonly T[]): readonly T[] {
  const { step, on } = its;
  const channels = lastOf(step.output);
  const meanOf = (values: readonly T[]): T =>
    on.apply(
      (it) => it / channels,
      values.reduce((a, b) => on.add(a, b)),
    );
  return Array.from({ length: input.length / channels }, (_, pixel) => {
    const values = input.slice(pixel * channels, (pixel + 1) * channels);
    const mean = meanOf(values);
    const centred = values.map((value) =>
      on.add(
        value,
        on.apply((it) => -it, mean),
      ),
    );
    const variance = meanOf(centred.map((value) => on.apply((it) => it * it, value)));
    const epsilon = Number(step.values.epsilon);
    return centred.map((value, channel) =>
      scaledAndShifted(
        its,
        on.apply((it = 0, spread = 0) => it / Math.sqrt(spread + epsilon), value, variance),
        channel,
      ),
    );
  }).flat();
}

function scaledAndShifted<T>(its: Layer<T>, value: T, channel: number): T {
  const [gamma, beta] = [placeOf(its, "gamma"), placeOf(its, "beta")];
  const scaled = gamma < 0 ? value : its.on.apply((it = 0) => it * weightAt(its, gamma, channel), value);
  return beta < 0 ? scaled : its.on.add(scaled, its.on.constant(weightAt(its, beta, channel)));
}
