import type { Sight } from "../nodes/kind.ts";
import { type Shape, sameShape } from "../nodes/shape.ts";

/**
 * What the positions of a layer's output see of the network's input along one axis, on an input without end. Position i
 * sees the pixels from `first` to `last` of its phase, i modulo the number of phases, moved on by `advance` for every full
 * round. Windows and strides need one phase, and then this is the textbook's receptive field: size last − first + 1,
 * jump `advance`, offset `first` (Araujo, Norris & Sim 2019). Upsampling makes neighbours see different numbers of
 * pixels, each phase its own. Nothing is seen where first > last: a transposed convolution with stride above its kernel
 * leaves such gaps. Rows and columns are told apart, so behind a merge with a branch that has gaps, a position in a gap
 * of one axis is said to see what its branch would see along the other.
 */
export interface AxisView {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly advance: number;
  /** How many positions there are; 0 where values have sizes of view but no places: vectors joined end to end. */
  readonly positions: number;
}
/** Rows and columns. A flattened image keeps the image's. */
export type View = readonly [AxisView, AxisView];

/** More phases than this are taken for one that sees as much as the widest. */
const mostPhases = 64;

/** Height and width of the network's input; a vector counts as one row. */
export const extentOf = (input: Shape): readonly [number, number] =>
  input.length === 3 ? [input[0], input[1]] : [1, input[0]];

/** The view of a layer over its sources' views; of an input without sources. `whole` is the input's extent. */
export function viewOf(
  sight: Sight,
  sources: readonly { readonly view: View; readonly output: Shape }[],
  output: Shape,
  whole: readonly [number, number],
): View {
  const [source, ...others] = sources;
  const [height, width] = extentOf(output);
  if (!source) return alike(itself(height), itself(width));
  if (sight === "everything") return [everything(whole[0], height), everything(whole[1], width)];
  const before = others.some((it) => it.view !== source.view)
    ? (mergeOf(sources, output, whole) ?? [everything(whole[0], height), everything(whole[1], width)])
    : source.view;
  if (sight === "same position") return before;
  const { window, stride, before: out, zoom = [1, 1], every = [1, 1] } = sight;
  const isSquare = [window, stride, out, zoom, every, [height, width], before].every(([a, b]) => a === b);
  const rows = through(before[0], window[0], stride[0], out[0], zoom[0], every[0], height);
  if (isSquare) return [rows, rows];
  return [rows, through(before[1], window[1], stride[1], out[1], zoom[1], every[1], width)];
}

/** Square images seen by square windows have one view for both axes: half the work for most layers. */
const alike = (rows: AxisView, columns: AxisView): View =>
  sameView(rows, columns) ? [rows, rows] : [rows, columns];

export const sameView = (a: AxisView, b: AxisView): boolean =>
  a === b ||
  (a.advance === b.advance &&
    a.positions === b.positions &&
    sameShape(a.first, b.first) &&
    sameShape(a.last, b.last));

/** Most pixels that one position sees; 0 where all of them lie in gaps. */
export function sizeOf({ first, last, positions }: AxisView): number {
  let most = 0;
  // An image smaller than a round has not all the phases.
  const phases = Math.max(1, Math.min(first.length, positions));
  for (let at = 0; at < phases; at++) most = Math.max(most, (last[at] ?? 0) - (first[at] ?? 0) + 1);
  return Math.ceil(most - rounding);
}

/** Pixels from one position to the next, on average over the phases; 0 where all see the same. */
export const jumpOf = ({ first, advance }: AxisView): number => advance / first.length;

/** The first pixel that the first position sees, of the first one that sees any; negative in the padding. */
export const offsetOf = ({ first }: AxisView): number =>
  Math.floor((first.find(Number.isFinite) ?? 0) + rounding);

/** Where phases were taken together, views move by parts of a pixel: a part that is seen counts as a whole one. */
const rounding = 1e-9;

/** The pixels that position `at` sees; on an endless input, so that it may reach beyond both ends. */
export function seenAt(
  { first, last, advance }: AxisView,
  at: number,
): readonly [first: number, last: number] {
  const round = Math.floor(at / first.length);
  const phase = at - round * first.length;
  return [
    Math.floor((first[phase] ?? 0) + round * advance),
    Math.floor((last[phase] ?? 0) + round * advance),
  ];
}

/** Pixels that all positions see, each position's counted anew, and those of them that lie inside the input. */
export function countSeen(view: AxisView, length: number): { readonly all: number; readonly inside: number } {
  let inside = 0;
  let all = 0;
  for (let at = 0; at < view.positions; at++) {
    const [first, last] = seenAt(view, at);
    all += Math.max(0, last - first + 1);
    inside += Math.max(0, Math.min(last, length - 1) - Math.max(first, 0) + 1);
  }
  return { all, inside };
}

/**
 * Share of what is seen that lies in the padding: pixels outside of the input over all pixels, summed over the output's
 * positions. 0 to 1. Zeros that pad a cropped image count as the pixels that were cut off there.
 */
export function paddingShare([rows, columns]: View, whole: readonly [number, number]): number {
  const down = countSeen(rows, whole[0]);
  const right = countSeen(columns, whole[1]);
  const all = down.all * right.all;
  return all ? (all - down.inside * right.inside) / all : 0;
}

const itself = (positions: number): AxisView => ({ first: [0], last: [0], advance: 1, positions });

const everything = (length: number, positions: number): AxisView => ({
  first: [0],
  last: [length - 1],
  advance: 0,
  positions,
});

const isEverything = ({ first, last, advance }: AxisView, length: number): boolean =>
  advance === 0 && first[0] === 0 && last[0] === length - 1;

/** Behind a window; the letters are those of `WindowSight`. */
function through(
  view: AxisView,
  window: number,
  stride: number,
  before: number,
  zoom: number,
  every: number,
  positions: number,
): AxisView {
  const [from] = view.first;
  const [to] = view.last;
  if (view.first.length === 1 && zoom === 1 && from !== undefined && to !== undefined)
    return {
      first: [from - before * view.advance],
      last: [to + (window - 1 - before) * view.advance],
      advance: view.advance * stride,
      positions,
    };
  const shared = greatestDivisor(stride, zoom);
  const rounds = view.first.length / greatestDivisor(view.first.length, stride / shared);
  const phases = (rounds * zoom) / shared;
  const first: number[] = [];
  const last: number[] = [];
  for (let at = 0; at < phases; at++) {
    const start = Math.ceil((at * stride - before) / zoom);
    const end = Math.floor((at * stride - before + window - 1) / zoom);
    const [least, most] = span(view, start, Math.floor((end - start) / every) + 1, every);
    first.push(least);
    last.push(most);
  }
  return limited({
    first,
    last,
    advance: ((rounds * stride) / shared / view.first.length) * view.advance,
    positions,
  });
}

/** What `count` positions see together, from `start` on every `every`-th. */
function span(view: AxisView, start: number, count: number, every: number): readonly [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  const phases = view.first.length;
  for (let index = 0; index < count; index++) {
    // Phases repeat further on: the first round has the least, the last round the most.
    if (index === phases && count > 2 * phases) index = count - phases;
    const [near, far] = seenAt(view, start + index * every);
    least = Math.min(least, near);
    most = Math.max(most, far);
  }
  return [least, most];
}

/** What comes together in a merge; undefined where its places cannot be told. */
function mergeOf(
  sources: readonly { readonly view: View; readonly output: Shape }[],
  output: Shape,
  whole: readonly [number, number],
): View | undefined {
  const views = sources.map((it) => it.view);
  const axis = (which: 0 | 1): readonly AxisView[] => views.map((it) => it[which]);
  if (output.length === 3) return [union(axis(0), output[0], whole[0]), union(axis(1), output[1], whole[1])];
  if (sources.some((it) => it.output[0] === output[0])) return vectorsMet(axis(0), axis(1), whole);
  // Vectors end to end: each value sees what it saw.
  const lumped = (which: 0 | 1): AxisView => {
    const widest = axis(which).reduce((most, it) => Math.max(most, sizeOf(it)), 1);
    return { first: [0], last: [widest - 1], advance: 0, positions: 0 };
  };
  return [lumped(0), lumped(1)];
}

/** Vectors value by value: their places must be those of one image. */
function vectorsMet(
  rows: readonly AxisView[],
  columns: readonly AxisView[],
  whole: readonly [number, number],
): View | undefined {
  const [height = 0, width = 0] = [rows[0]?.positions, columns[0]?.positions];
  const met = rows.every((it) => it.positions === height) && columns.every((it) => it.positions === width);
  return met && height && width
    ? [union(rows, height, whole[0]), union(columns, width, whole[1])]
    : undefined;
}

function union(views: readonly AxisView[], positions: number, length: number): AxisView {
  if (views.some((it) => isEverything(it, length))) return everything(length, positions);
  return views.map((it) => spreadOut(it, positions)).reduce((a, b) => joined(a, b, positions));
}

/** An input of size 1 that a merge repeats along this axis: every position sees what its one position sees. */
function spreadOut(view: AxisView, positions: number): AxisView {
  if (view.positions === positions) return view;
  const [first, last] = seenAt(view, 0);
  return { first: [first], last: [last], advance: 0, positions };
}

function joined(a: AxisView, b: AxisView, positions: number): AxisView {
  if (sameView(a, b)) return a;
  const jump = Math.max(jumpOf(a), jumpOf(b));
  if (jumpOf(a) === jumpOf(b)) {
    const phases = (a.first.length * b.first.length) / greatestDivisor(a.first.length, b.first.length);
    return limited(phasesOf(a, b, phases, jump * phases, positions));
  }
  // What moves at different speeds drifts apart: every position has its own view.
  const each = phasesOf(a, b, positions, jump * positions, positions);
  if (positions <= mostPhases) return each;
  const [from = 0] = each.first;
  return { first: [from], last: [from + sizeOf(each) - 1], advance: jump, positions };
}

function phasesOf(a: AxisView, b: AxisView, phases: number, advance: number, positions: number): AxisView {
  const first: number[] = [];
  const last: number[] = [];
  for (let at = 0; at < phases; at++) {
    const [firstA, lastA] = seenAt(a, at);
    const [firstB, lastB] = seenAt(b, at);
    first.push(Math.min(firstA, firstB));
    last.push(Math.max(lastA, lastB));
  }
  return { first, last, advance, positions };
}

function limited(view: AxisView): AxisView {
  if (view.first.length <= mostPhases) return view;
  const first = offsetOf(view);
  return {
    first: [first],
    last: [first + sizeOf(view) - 1],
    advance: jumpOf(view),
    positions: view.positions,
  };
}

function greatestDivisor(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small) [large, small] = [small, large % small];
  return large;
}
