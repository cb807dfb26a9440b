import type { Sight } from "../nodes/kind.ts";
import { type Shape, sameShape } from "../nodes/shape.ts";

/**
 * What the positions of a layer's output see of the network's input along one axis, on an input without end. Position i
 * sees the pixels from `first` to `last` of its phase, i modulo the number of phases, moved on by `advance` for every full
 * round. Windows and strides need one phase, and then this is the textbook's receptive field: size last − first + 1,
 * jump `advance`, offset `first` (Araujo, Norris & Sim 2019). Upsampling makes neighbours see different numbers of
 * pixels, each phase its own. Nothing is seen where first > last: a transposed convolution with stride above its kernel.
 */
export interface AxisView {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly advance: number;
}
/** Rows and columns. */
export type View = readonly [AxisView, AxisView];

/** More phases than this are taken for one that sees as much as all of them. */
const mostPhases = 64;

const itself: AxisView = { first: [0], last: [0], advance: 1 };
const inputView: View = [itself, itself];

/** Height and width of the network's input; a vector counts as one row. */
export const extentOf = (input: Shape): readonly [number, number] =>
  input.length === 3 ? [input[0], input[1]] : [1, input[0]];

/** The view of a layer over its sources' views and outputs; of an input without sources. `whole` is the input's extent. */
export function viewOf(
  sight: Sight,
  sources: readonly { readonly view: View; readonly output: Shape }[],
  output: Shape,
  whole: readonly [number, number],
): View {
  const [first, ...others] = sources;
  if (!first) return inputView;
  if (sight === "everything") return [everything(whole[0]), everything(whole[1])];
  if (!others.length && sight === "same position") return first.view;
  const [height, width] = extentOf(output);
  const joined = (axis: 0 | 1): AxisView =>
    sources
      .map(({ view, output: its }) => spreadOut(view[axis], extentOf(its)[axis], axis === 0 ? height : width))
      .reduce((a, b) => union(a, b, axis === 0 ? height : width));
  const before = others.length ? ([joined(0), joined(1)] as const) : first.view;
  if (sight === "same position") return before;
  const { window, stride, before: out, zoom = [1, 1] } = sight;
  return [
    through(before[0], window[0], stride[0], out[0], zoom[0]),
    through(before[1], window[1], stride[1], out[1], zoom[1]),
  ];
}

export const sameView = (a: AxisView, b: AxisView): boolean =>
  a === b || (a.advance === b.advance && sameShape(a.first, b.first) && sameShape(a.last, b.last));

/** Most pixels that one position sees. */
export const sizeOf = ({ first, last }: AxisView): number =>
  Math.max(1, ...first.map((it, phase) => (last[phase] ?? it) - it + 1));

/** Pixels from one position to the next, on average over the phases; 0 where all see the same. */
export const jumpOf = ({ first, advance }: AxisView): number => advance / first.length;

/** The first pixel that the first position sees; negative in the padding. */
export const offsetOf = ({ first }: AxisView): number => first.find(Number.isFinite) ?? 0;

/** The pixels that position `at` sees; on an endless input, so that it may reach beyond both ends. */
export function seenAt(
  { first, last, advance }: AxisView,
  at: number,
): readonly [first: number, last: number] {
  const round = Math.floor(at / first.length);
  const phase = at - round * first.length;
  return [(first[phase] ?? 0) + round * advance, (last[phase] ?? 0) + round * advance];
}

/**
 * Share of what is seen that lies in the padding: pixels outside of the input over all pixels, summed over the output's
 * positions. 0 to 1.
 */
export function paddingShare(view: View, output: Shape, whole: readonly [number, number]): number {
  const [height, width] = extentOf(output);
  return 1 - insideShare(view[0], height, whole[0]) * insideShare(view[1], width, whole[1]);
}

function insideShare(view: AxisView, positions: number, length: number): number {
  let inside = 0;
  let all = 0;
  for (let at = 0; at < positions; at++) {
    const [first, last] = seenAt(view, at);
    all += Math.max(0, last - first + 1);
    inside += Math.max(0, Math.min(last, length - 1) - Math.max(first, 0) + 1);
  }
  return all ? inside / all : 1;
}

const everything = (length: number): AxisView => ({ first: [0], last: [length - 1], advance: 0 });

/** Behind a window; the letters are those of `WindowSight`. */
function through(view: AxisView, window: number, stride: number, before: number, zoom: number): AxisView {
  const [from] = view.first;
  const [to] = view.last;
  if (view.first.length === 1 && zoom === 1 && from !== undefined && to !== undefined)
    return {
      first: [from - before * view.advance],
      last: [to + (window - 1 - before) * view.advance],
      advance: view.advance * stride,
    };
  const shared = greatestDivisor(stride, zoom);
  const rounds = view.first.length / greatestDivisor(view.first.length, stride / shared);
  const phases = (rounds * zoom) / shared;
  const first: number[] = [];
  const last: number[] = [];
  for (let at = 0; at < phases; at++) {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    const end = Math.floor((at * stride - before + window - 1) / zoom);
    for (let cell = Math.ceil((at * stride - before) / zoom); cell <= end; cell++) {
      const [near, far] = seenAt(view, cell);
      least = Math.min(least, near);
      most = Math.max(most, far);
    }
    first.push(least);
    last.push(most);
  }
  return limited({
    first,
    last,
    advance: ((rounds * stride) / shared / view.first.length) * view.advance,
  });
}

/** An input of size 1 that a merge repeats along this axis: every position sees what its one position sees. */
function spreadOut(view: AxisView, length: number, output: number): AxisView {
  if (length === output) return view;
  const [first, last] = seenAt(view, 0);
  return { first: [first], last: [last], advance: 0 };
}

function union(a: AxisView, b: AxisView, positions: number): AxisView {
  if (a.advance === 0 && jumpOf(b) !== 0) return union(b, a, positions);
  if (jumpOf(a) === jumpOf(b)) {
    const phases = (a.first.length * b.first.length) / greatestDivisor(a.first.length, b.first.length);
    const seen = Array.from({ length: phases }, (_, at) => both(a, b, at));
    return limited({
      first: seen.map(([first]) => first),
      last: seen.map(([, last]) => last),
      advance: jumpOf(a) * phases,
    });
  }
  // What moves at different speeds drifts apart: the widest that the output's positions meet.
  const seen = Array.from({ length: Math.max(1, positions) }, (_, at) => both(a, b, at));
  const first = seen[0]?.[0] ?? 0;
  const widest = Math.max(...seen.map(([from, to]) => to - from));
  if (b.advance === 0)
    return {
      first: [Math.min(...seen.map(([from]) => from))],
      last: [Math.max(...seen.map(([, to]) => to))],
      advance: 0,
    };
  return { first: [first], last: [first + widest], advance: Math.max(jumpOf(a), jumpOf(b)) };
}

function both(a: AxisView, b: AxisView, at: number): readonly [number, number] {
  const [firstA, lastA] = seenAt(a, at);
  const [firstB, lastB] = seenAt(b, at);
  return [Math.min(firstA, firstB), Math.max(lastA, lastB)];
}

function limited(view: AxisView): AxisView {
  if (view.first.length <= mostPhases) return view;
  const first = offsetOf(view);
  return { first: [first], last: [first + sizeOf(view) - 1], advance: jumpOf(view) };
}

function greatestDivisor(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small) [large, small] = [small, large % small];
  return large;
}
