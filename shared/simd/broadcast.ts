import { broadcast_util, util } from "@tensorflow/tfjs-core";
import { sizeOf } from "./shape.ts";

/** How two tensors meet: both seen as [outer, rows, inner]. */
export interface Broadcast {
  readonly shape: number[];
  readonly outer: number;
  readonly rows: number;
  readonly inner: number;
  readonly a: Operand;
  readonly b: Operand;
}

export interface Operand {
  /** Elements from one outer item or row to the next, 0 where the operand is repeated. */
  readonly outerStep: number;
  readonly rowStep: number;
  /** One element for the whole inner axis. */
  readonly single: boolean;
}

/** An axis, or several neighbours along which the same operands are repeated. */
interface Axis {
  size: number;
  readonly aRepeats: boolean;
  readonly bRepeats: boolean;
}

const whole: Operand = { outerStep: 0, rowStep: 0, single: false };
const one: Axis = { size: 1, aRepeats: false, bRepeats: false };

/** Two operands of `count` elements each, none repeated. */
export const flat = (count: number): Broadcast => ({
  shape: [count],
  outer: 1,
  rows: 1,
  inner: count,
  a: whole,
  b: whole,
});

/** b [columns] with every row of a [rows, columns]. */
export const eachRow = (rows: number, columns: number): Broadcast => ({
  ...{ shape: [rows, columns], outer: 1, rows, inner: columns },
  a: { outerStep: 0, rowStep: columns, single: false },
  b: { outerStep: 0, rowStep: 0, single: false },
});

/** Undefined when more than three axes are left after neighbours have been merged. Shapes that do not fit throw. */
export function broadcast(a: number[], b: number[]): Broadcast | undefined {
  // By far the most frequent case, and too cheap an operation to plan for.
  if (util.arraysEqual(a, b)) return { ...flat(sizeOf(a)), shape: a };
  const shape = broadcast_util.assertAndGetBroadcastShape(a, b);
  const axes = mergedAxes(shape, a, b);
  if (axes.length > 3) return undefined;
  const [inner = one, rows = one, outer = one] = axes;
  return {
    shape,
    outer: outer.size,
    rows: rows.size,
    inner: inner.size,
    a: operand(inner, rows, outer, (it) => it.aRepeats),
    b: operand(inner, rows, outer, (it) => it.bRepeats),
  };
}

function operand(inner: Axis, rows: Axis, outer: Axis, repeats: (axis: Axis) => boolean): Operand {
  const innerSize = repeats(inner) ? 1 : inner.size;
  const rowsSize = repeats(rows) ? 1 : rows.size;
  return {
    outerStep: repeats(outer) ? 0 : innerSize * rowsSize,
    rowStep: repeats(rows) ? 0 : innerSize,
    single: repeats(inner),
  };
}

/** From the last axis to the first. */
function mergedAxes(shape: readonly number[], a: readonly number[], b: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  const aOffset = shape.length - a.length;
  const bOffset = shape.length - b.length;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i] ?? 1;
    if (size === 1) continue;
    const aRepeats = a[i - aOffset] !== size;
    const bRepeats = b[i - bOffset] !== size;
    const before = axes.at(-1);
    if (before && before.aRepeats === aRepeats && before.bRepeats === bRepeats) before.size *= size;
    else axes.push({ size, aRepeats, bRepeats });
  }
  return axes;
}
