import { isImage, type Shape, volume } from "../../nodes/shape.ts";
import type { Layer } from "./sketch.ts";

/**
 * What an operator gives: a value of the design, seen the way that the operator sees it. Our values are channels-last and
 * without the axis of examples; ONNX's have that axis and stand in any order, mostly [N, channels, height, width]. So a
 * value is cut into factors, row by row: an image of 7×7×16 into 7, 7 and 16. Each axis of the ONNX tensor is a list of
 * them: [N], [16], [7], [7], or [N], [16 · 7 · 7] behind a Flatten. Transpose and Reshape only regroup factors.
 */
export interface Flow {
  /** What gives it; undefined behind a gap. */
  readonly layer: Layer | undefined;
  readonly shape: Shape;
  /** Sizes whose product is the value's volume, in our order. */
  readonly factors: readonly number[];
  readonly axes: readonly Axis[];
}

/** The axis of examples, or indices of factors, the slowest first; a factor of size 1 may be in none. */
export type Axis = "examples" | readonly number[];

export type Layout = "first" | "last";

/** Which axes of a tensor of four are height, width and channels. */
export type Places = readonly [height: number, width: number, channels: number];
export const placesOf: Readonly<Record<Layout, Places>> = { first: [2, 3, 1], last: [1, 2, 3] };

/** The axes of an image whose height, width and channels stand there. */
export const axesOf = (places: Places): readonly Axis[] => [
  "examples",
  ...[1, 2, 3].map((it) => [places.indexOf(it)]),
];

export const imageFlow = (layer: Layer | undefined, shape: Shape, layout: Layout): Flow => ({
  layer,
  shape,
  factors: shape,
  axes: axesOf(placesOf[layout]),
});

export const vectorFlow = (layer: Layer | undefined, units: number): Flow => ({
  layer,
  shape: [units],
  factors: [units],
  axes: ["examples", [0]],
});

/** The same view of what another layer gives, which has the same shape. */
export const through = (flow: Flow, layer: Layer | undefined): Flow => ({ ...flow, layer });

const sizeOf = ({ factors }: Flow, axis: Axis | undefined): number =>
  axis === undefined || axis === "examples" ? Number.NaN : volume(axis.map((it) => factors[it] ?? 1));

/** The tensor's shape as ONNX has it; NaN stands for the number of examples. */
export const dimsOf = (flow: Flow): readonly number[] => flow.axes.map((it) => sizeOf(flow, it));

export const transposed = (flow: Flow, order: readonly number[]): Flow => ({
  ...flow,
  axes: order.map((it) => flow.axes[it] ?? []),
});

/** The tensor in another shape, which has examples first; undefined where that tears factors apart that lie elsewhere. */
export function regrouped(flow: Flow, sizes: readonly number[]): Flow | undefined {
  const [first, ...others] = flow.axes;
  if (first !== "examples" || volume(sizes) !== volume(flow.factors)) return undefined;
  const { factors, order } = joined(
    flow,
    others.flatMap((it) => (it === "examples" ? [] : it)),
  );
  // Each piece of the result is cut off a factor: where it comes from, and its size.
  const pieces: { readonly from: number; readonly size: number }[] = [];
  const groups: number[][] = [];
  const rest = order.map((from) => ({ from, size: factors[from] ?? 1 }));
  let at = 0;
  for (const size of sizes) {
    const group: number[] = [];
    let wanted = size;
    while (wanted > 1) {
      const whole = rest[at];
      if (!whole) return undefined;
      const taken = gcd(wanted, whole.size);
      if (taken === 1 || (taken < whole.size && taken < wanted)) return undefined;
      group.push(pieces.length);
      pieces.push({ from: whole.from, size: taken });
      wanted /= taken;
      whole.size /= taken;
      if (whole.size === 1) at++;
    }
    groups.push(group);
  }
  // Pieces of one factor were cut off from its slow end on, so that they keep their order.
  const sorted = pieces
    .map((piece, index) => ({ ...piece, index }))
    .toSorted((a, b) => a.from - b.from || a.index - b.index);
  const newIndex = new Map(sorted.map(({ index }, to) => [index, to]));
  return {
    ...flow,
    factors: sorted.map((it) => it.size),
    axes: ["examples", ...groups.map((group) => group.map((it) => newIndex.get(it) ?? 0))],
  };
}

/** Fewer factors: those that follow each other both in our order and in the tensor become one; those of size 1 go. */
function joined(
  { factors }: Flow,
  order: readonly number[],
): { factors: readonly number[]; order: readonly number[] } {
  const runs: number[][] = [];
  const sizable = order.filter((it) => factors[it] !== 1);
  const rank = new Map([...sizable].sort((a, b) => a - b).map((it, index) => [it, index]));
  for (const it of sizable) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last !== undefined && rank.get(it) === (rank.get(last) ?? 0) + 1) run.push(it);
    else runs.push([it]);
  }
  const sorted = [...runs].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  return {
    factors: sorted.map((run) => volume(run.map((it) => factors[it] ?? 1))),
    order: runs.map((run) => sorted.indexOf(run)),
  };
}

function gcd(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

/** Whether these axes, one after the other, run through the value in our own order. */
export function inOurOrder({ axes, factors }: Flow, places: readonly number[]): boolean {
  const order = places.flatMap((place) => {
    const axis = axes[place] ?? [];
    return axis === "examples" ? [Number.NaN] : axis.filter((it) => factors[it] !== 1);
  });
  return order.every((it, index) => it > (order[index - 1] ?? -1));
}

/** The sizes of these axes. */
export const sizesOf = (flow: Flow, places: readonly number[]): readonly number[] =>
  places.map((it) => sizeOf(flow, flow.axes[it]));

/**
 * Which axis of the design's value an axis of the tensor is: 0 to 2 of an image, 0 of a vector. Undefined where it is
 * none, or only a part of one, or has size 1.
 */
export function meaning(flow: Flow, place: number): number | undefined {
  const { factors, shape } = flow;
  const axis = flow.axes[place];
  if (axis === undefined || axis === "examples") return undefined;
  const parts = axis.filter((it) => factors[it] !== 1);
  const size = volume(parts.map((it) => factors[it] ?? 1));
  const isRun = parts.every(
    (it, index) => index === 0 || volume(factors.slice((parts[index - 1] ?? 0) + 1, it)) === 1,
  );
  const last = parts.at(-1);
  if (last === undefined || !isRun) return undefined;
  const stride = volume(factors.slice(last + 1));
  const found = shape.findIndex((it, at) => it === size && volume(shape.slice(at + 1)) === stride);
  return found < 0 ? undefined : found;
}

/** Where height, width and channels of an image stand in a tensor of four axes; undefined where they are torn apart. */
export function standing(flow: Flow): Places | undefined {
  if (!isImage(flow.shape) || flow.axes.length !== 4 || flow.axes[0] !== "examples") return undefined;
  return [placesOf.first, placesOf.last, ...otherPlaces].find((places) =>
    places.every((place, axis) => {
      const size = sizeOf(flow, flow.axes[place]);
      return size === flow.shape[axis] && (size === 1 || meaning(flow, place) === axis);
    }),
  );
}

const otherPlaces: readonly Places[] = [
  [3, 2, 1],
  [2, 1, 3],
  [1, 3, 2],
  [3, 1, 2],
];

/**
 * For a tensor [N, units]: place p of a row holds value order[p] of ours. Undefined where the order is the same, as it is
 * but behind the Flatten of an image whose channels come first.
 */
export function orderOf(flow: Flow): Uint32Array | undefined {
  if (inOurOrder(flow, [1])) return undefined;
  const axis = flow.axes[1];
  if (axis === undefined || axis === "examples") return undefined;
  let order = Uint32Array.of(0);
  for (const it of axis) {
    const size = flow.factors[it] ?? 1;
    const stride = volume(flow.factors.slice(it + 1));
    const longer = new Uint32Array(order.length * size);
    for (let before = 0; before < order.length; before++)
      for (let step = 0; step < size; step++)
        longer[before * size + step] = (order[before] ?? 0) + step * stride;
    order = longer;
  }
  return order;
}
