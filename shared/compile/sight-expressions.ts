import {
  ceil,
  type Expression,
  floor,
  largest,
  minus,
  number,
  over,
  product,
  smallest,
  sum,
  worth,
} from "../nodes/expression.ts";
import type { WindowSight } from "../nodes/kind.ts";
import type { Step } from "./plan.ts";
import { type AxisView, jumpOf, offsetOf, sameView, seenAt, sizeOf } from "./receptive-field.ts";

/*
 * How receptive field, jump and offset come about: by the recursions of Araujo, Norris & Sim 2019 ("Computing Receptive
 * Fields of Convolutional Neural Networks", equations 1 to 3) where they hold, otherwise from the first and last pixel
 * of one position. An expression whose worth is not the view's number is never given.
 */
type Axis = 0 | 1;

/** Size of the receptive field along an axis. `sources` by slot. */
export function fieldExpression(step: Step, sources: readonly Step[], axis: Axis): Expression {
  const view = step.view[axis];
  const size = sizeOf(view);
  const [source] = sources;
  if (!source) return number(size, "one pixel");
  return firstWorth(size, [
    seesAll(step, axis) ? number(size, "the whole input") : undefined,
    alike(sources, axis) ? throughField(step, source, axis) : mergedField(step, sources, axis),
    fromEnds(view),
    number(size, size ? "the most of any position" : "nothing: all positions lie in gaps"),
  ]);
}

/** Pixels from one position to the next. */
export function jumpExpression(step: Step, sources: readonly Step[], axis: Axis): Expression {
  const jump = jumpOf(step.view[axis]);
  const [source] = sources;
  if (!source) return number(jump, "one pixel");
  const sight = windowOf(step);
  const spread =
    sight &&
    product(number(jumpOf(source.view[axis]), "jump of the input"), number(sight.stride[axis], "stride"));
  const zoom = sight?.zoom?.[axis] ?? 1;
  return firstWorth(jump, [
    seesAll(step, axis) ? number(jump, "every position sees the whole input") : undefined,
    spread && (zoom === 1 ? spread : over(spread, number(zoom, "times as fine"))),
    alike(sources, axis) ? number(jump, "as its input") : undefined,
    largest(...sources.map((it, slot) => number(jumpOf(it.view[axis]), `jump of input ${slot + 1}`))),
    number(jump, "between positions, on average"),
  ]);
}

/** The first pixel that the first position sees. */
export function offsetExpression(step: Step, sources: readonly Step[], axis: Axis): Expression {
  const offset = offsetOf(step.view[axis]);
  const [source] = sources;
  if (!source) return number(offset, "the first pixel");
  const before = number(offsetOf(source.view[axis]), "offset of the input");
  const jump = number(jumpOf(source.view[axis]), "jump of the input");
  const sight = windowOf(step);
  const plain = sight && minus(before, product(number(sight.before[axis], "padding before"), jump));
  const zoom = sight?.zoom?.[axis] ?? 1;
  return firstWorth(offset, [
    seesAll(step, axis) ? number(offset, "the first pixel of the whole input") : undefined,
    sight && zoom > 1
      ? sum(before, product(ceil(over(startOf(sight, axis, 0), number(zoom, "times as fine"))), jump))
      : plain,
    alike(sources, axis) ? number(offset, "as its input") : undefined,
    smallest(...sources.map((it, slot) => number(offsetOf(it.view[axis]), `offset of input ${slot + 1}`))),
    number(offset, "the first pixel that is seen"),
  ]);
}

const close = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;

/** The first of the expressions that gives the number. */
function firstWorth(value: number, tried: readonly (Expression | undefined)[]): Expression {
  return tried.find((it) => it && close(worth(it), value)) ?? number(value, "");
}

function windowOf({ kind, values, inputs }: Step): WindowSight | undefined {
  const sight = kind.sight(values, inputs);
  return typeof sight === "string" ? undefined : sight;
}

const seesAll = ({ view, whole }: Step, axis: Axis): boolean =>
  view[axis].advance === 0 && sizeOf(view[axis]) === whole[axis];

/** One source, or several that see the same. */
const alike = ([first, ...others]: readonly Step[], axis: Axis): boolean =>
  others.every((it) => first && sameView(it.view[axis], first.view[axis]));

/** Behind a window over one view; for other layers what comes in. */
function throughField(step: Step, source: Step, axis: Axis): Expression {
  const before = number(sizeOf(source.view[axis]), "receptive field of the input");
  const jump = number(jumpOf(source.view[axis]), "jump of the input");
  const sight = windowOf(step);
  if (!sight) return number(sizeOf(source.view[axis]), "as its input");
  const zoom = sight.zoom?.[axis] ?? 1;
  if (zoom > 1) return sum(before, product(cellsBetween(sight, axis, widestPosition(step.view[axis])), jump));
  const every = sight.every?.[axis] ?? 1;
  const cells = number((sight.window[axis] - 1) / every + 1, every === 1 ? "window" : "kernel");
  const gaps = minus(cells, number(1, "1"));
  return sum(before, every === 1 ? product(gaps, jump) : product(gaps, number(every, "dilation"), jump));
}

/** Where the window of a position begins, in cells of the finer grid. */
const startOf = ({ stride, before }: WindowSight, axis: Axis, position: number): Expression =>
  number(
    position * stride[axis] - before[axis],
    position === 0 ? "start of the first window" : "start of the widest window",
  );

/** From the first to the last input that a position sees of a grid `zoom` times as fine. */
function cellsBetween(sight: WindowSight, axis: Axis, position: number): Expression {
  const zoom = number(sight.zoom?.[axis] ?? 1, "times as fine");
  const start = startOf(sight, axis, position);
  const end = minus(sum(start, number(sight.window[axis], "window")), number(1, "1"));
  return minus(floor(over(end, zoom)), ceil(over(start, zoom)));
}

function widestPosition(view: AxisView): number {
  const size = sizeOf(view);
  const found = view.first.findIndex((first, at) => (view.last[at] ?? first) - first + 1 === size);
  return Math.max(0, found);
}

/** Several views that come together at one position. */
function mergedField(step: Step, sources: readonly Step[], axis: Axis): Expression | undefined {
  const position = widestPosition(step.view[axis]);
  const ends = sources.map((it) => {
    const view = it.view[axis];
    return seenAt(view, view.positions === 1 ? 0 : position);
  });
  if (!ends.flat().every(Number.isFinite)) return undefined;
  const last = ends.map(([, to], slot) => number(to, `last pixel through input ${slot + 1}`));
  const first = ends.map(([from], slot) => number(from, `first pixel through input ${slot + 1}`));
  return sum(minus(largest(...last), smallest(...first)), number(1, "1"));
}

/** By its two ends, at the position that sees most. */
function fromEnds(view: AxisView): Expression {
  const [first, last] = seenAt(view, widestPosition(view));
  return sum(
    minus(number(last, "last pixel of the widest view"), number(first, "first pixel of the widest view")),
    number(1, "1"),
  );
}
