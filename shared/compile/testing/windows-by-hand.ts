import type { Step } from "../plan.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { grid, imageOf, type Layer, lastOf, pairIn, weightAt } from "./layer.ts";

/** Where the windows of one output position lie: for each cell, the input's row and column, inside or not. */
interface Windows {
  readonly output: readonly [number, number];
  readonly size: readonly [number, number];
  at(position: readonly [number, number], cell: readonly [number, number]): number | undefined;
}

/** `at` gives the pixel's number, undefined in the padding. TensorFlow's "SAME": the odd zero behind. */
function windowsOf({ step }: { readonly step: Step }, sizeName: "kernel" | "size"): Windows {
  const [height, width] = imageOf(step.inputs[0]);
  const size = pairIn(step, sizeName);
  const stride = pairIn(step, "stride");
  const dilation = pairIn(step, "dilation");
  const [rows, columns] = imageOf(step.output);
  const before = ([0, 1] as const).map((axis) => {
    if (step.values.padding !== "same") return 0;
    const length = axis === 0 ? height : width;
    const needed =
      (Math.ceil(length / stride[axis]) - 1) * stride[axis] + (size[axis] - 1) * dilation[axis] + 1;
    return Math.floor(Math.max(needed - length, 0) / 2);
  });
  return {
    output: [rows, columns],
    size,
    at(position, cell) {
      const y = position[0] * stride[0] - (before[0] ?? 0) + cell[0] * dilation[0];
      const x = position[1] * stride[1] - (before[1] ?? 0) + cell[1] * dilation[1];
      return y >= 0 && y < height && x >= 0 && x < width ? y * width + x : undefined;
    },
  };
}

export function convolved<T>(its: Layer<T>, input: readonly T[]): readonly T[] {
  const { step, on } = its;
  const windows = windowsOf(its, "kernel");
  const [, , channels] = imageOf(step.inputs[0]);
  const filters = lastOf(step.output);
  const own = step.kind.name === "locallyConnected2d";
  const cells = windows.size[0] * windows.size[1];
  return [...grid(windows.output)].flatMap((position, place) =>
    Array.from({ length: filters }, (_, filter) => {
      let sum: T | undefined;
      for (const [number, cell] of [...grid(windows.size)].entries()) {
        const pixel = windows.at(position, cell);
        for (let channel = 0; channel < channels; channel++) {
          const kernel = own ? place * cells + number : number;
          const weight = weightAt(its, 0, (kernel * channels + channel) * filters + filter);
          sum = on.multiplyAdd(sum, pixelOf(on, input, pixel, channels, channel), weight);
        }
      }
      return sum ?? on.constant(0);
    }),
  );
}

const pixelOf = <T>(
  { zero }: Arithmetic<T>,
  input: readonly T[],
  pixel: number | undefined,
  channels: number,
  channel: number,
): T => (pixel === undefined ? zero : (input[pixel * channels + channel] ?? zero));

export function depthwise<T>(its: Layer<T>, input: readonly T[]): readonly T[] {
  const { step, on } = its;
  const windows = windowsOf(its, "kernel");
  const [, , channels] = imageOf(step.inputs[0]);
  const times = Number(step.values.multiplier);
  return [...grid(windows.output)].flatMap((position) =>
    Array.from({ length: channels * times }, (_, map) => {
      const channel = Math.floor(map / times);
      let sum: T | undefined;
      for (const [number, cell] of [...grid(windows.size)].entries()) {
        const value = pixelOf(on, input, windows.at(position, cell), channels, channel);
        sum = on.multiplyAdd(sum, value, weightAt(its, 0, number * channels * times + map));
      }
      return sum ?? on.constant(0);
    }),
  );
}

/** A transposed convolution: every pixel paints its kernel on a canvas, of which same padding cuts the border off. */
export function painted<T>(its: Layer<T>, input: readonly T[]): readonly T[] {
  const { step, on } = its;
  const [height, width, channels] = imageOf(step.inputs[0]);
  const [rows, columns, filters] = imageOf(step.output);
  const size = pairIn(step, "kernel");
  const stride = pairIn(step, "stride");
  const cut = size.map((it, axis) =>
    step.values.padding === "same" ? Math.floor(Math.max(it - (stride[axis] ?? 1), 0) / 2) : 0,
  );
  const [top = 0, left = 0] = cut;
  const canvas = new Map<string, T>();
  for (const [pixel, [y, x]] of [...grid([height, width])].entries())
    for (const [number, [down, right]] of [...grid(size)].entries())
      for (let filter = 0; filter < filters; filter++)
        for (let channel = 0; channel < channels; channel++) {
          const place = `${y * stride[0] + down - top} ${x * stride[1] + right - left} ${filter}`;
          const value = input[pixel * channels + channel] ?? on.zero;
          const weight = weightAt(its, 0, (number * filters + filter) * channels + channel);
          canvas.set(place, on.multiplyAdd(canvas.get(place), value, weight));
        }
  const beyond = (at: number, axis: 0 | 1, length: number): boolean => {
    const last = Math.floor((at + (cut[axis] ?? 0)) / stride[axis]);
    const first = Math.ceil((at + (cut[axis] ?? 0) - size[axis] + 1) / stride[axis]);
    return first <= last && (first < 0 || last >= length);
  };
  return [...grid([rows, columns])].flatMap(([y, x]) =>
    Array.from({ length: filters }, (_, filter) => {
      const value = canvas.get(`${y} ${x} ${filter}`) ?? on.constant(0);
      return beyond(y, 0, height) || beyond(x, 1, width) ? on.atBorder(value) : value;
    }),
  );
}

export function pooled<T>({ step, on }: Layer<T>, input: readonly T[]): readonly T[] {
  const windows = windowsOf({ step }, "size");
  const largest = step.kind.name === "maxPool2d";
  const channels = lastOf(step.output);
  return [...grid(windows.output)].flatMap((position) => {
    const pixels = [...grid(windows.size)].map((cell) => windows.at(position, cell));
    const inside = pixels.filter((it) => it !== undefined).length;
    return Array.from({ length: channels }, (_, channel) => {
      const outside = largest ? on.lowest : on.zero;
      const values = pixels.map((it) =>
        it === undefined ? outside : (input[it * channels + channel] ?? outside),
      );
      const all = values.reduce((a, b) => (largest ? on.larger(a, b) : on.add(a, b)));
      return largest ? all : on.apply((it) => it / inside, all);
    });
  });
}

export function repeated<T>({ step, on }: Layer<T>, input: readonly T[]): readonly T[] {
  const [, width, channels] = imageOf(step.inputs[0]);
  const [rows, columns] = imageOf(step.output);
  const [down, right] = pairIn(step, "size");
  return [...grid([rows, columns])].flatMap(([y, x]) => {
    const pixel = Math.floor(y / down) * width + Math.floor(x / right);
    return Array.from({ length: channels }, (_, channel) => input[pixel * channels + channel] ?? on.zero);
  });
}

/** Between the four nearest pixel centres, which lie at half coordinates; the border is repeated. */
export function blended<T>({ step, on }: Layer<T>, input: readonly T[]): readonly T[] {
  const [height, width, channels] = imageOf(step.inputs[0]);
  const [rows, columns] = imageOf(step.output);
  const [down, right] = pairIn(step, "size");
  return [...grid([rows, columns])].flatMap(([y, x]) => {
    const [top, bottom] = neighbours(y, down);
    const [left, beside] = neighbours(x, right);
    return Array.from({ length: channels }, (_, channel) => {
      const parts = [top, bottom].flatMap((row) =>
        [left, beside].map((column) => {
          const weight = row.weight * column.weight;
          if (weight === 0) return on.constant(0);
          const [inY, inX] = [clamped(row.at, height), clamped(column.at, width)];
          const value = input[(inY * width + inX) * channels + channel] ?? on.zero;
          const met = on.apply((it) => it * weight, value);
          return inY === row.at && inX === column.at ? met : on.atBorder(met);
        }),
      );
      return parts.reduce((a, b) => on.add(a, b));
    });
  });
}

function neighbours(at: number, times: number) {
  const place = (at + 0.5) / times - 0.5;
  const first = Math.floor(place);
  return [
    { at: first, weight: 1 - (place - first) },
    { at: first + 1, weight: place - first },
  ] as const;
}

const clamped = (at: number, length: number): number => Math.min(Math.max(at, 0), length - 1);
