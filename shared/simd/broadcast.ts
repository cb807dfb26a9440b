import { broadcast_util } from "@tensorflow/tfjs-core";

/** How two tensors meet: both seen as [outer, rows, inner]. */
export interface Broadcast {
  readonly shape: number[];
  readonly outer: number;
  readonly rows: number;
  readonly inner: number;
  /** Elements from one item of the axis to the next, 0 where the operand is repeated along it. */
  readonly steps: {
    readonly aOuter: number;
    readonly aRow: number;
    readonly aInner: number;
    readonly bOuter: number;
    readonly bRow: number;
    readonly bInner: number;
  };
}

/** An axis, or several neighbours along which the same operands are repeated. */
interface Axis {
  size: number;
  readonly aRepeats: boolean;
  readonly bRepeats: boolean;
}

/** Undefined when more than three axes are left after neighbours have been merged. Shapes that do not fit throw. */
export function broadcast(a: readonly number[], b: readonly number[]): Broadcast | undefined {
  const shape = broadcast_util.assertAndGetBroadcastShape([...a], [...b]);
  const axes = mergedAxes(shape, a, b);
  if (axes.length > 3) return undefined;
  while (axes.length < 3) axes.push({ size: 1, aRepeats: false, bRepeats: false });
  const [inner, rows, outer] = axes;
  if (!inner || !rows || !outer) return undefined;
  const aSizes = [inner, rows].map((it) => (it.aRepeats ? 1 : it.size));
  const bSizes = [inner, rows].map((it) => (it.bRepeats ? 1 : it.size));
  const [aInnerSize = 1, aRowsSize = 1] = aSizes;
  const [bInnerSize = 1, bRowsSize = 1] = bSizes;
  return {
    shape,
    outer: outer.size,
    rows: rows.size,
    inner: inner.size,
    steps: {
      aOuter: outer.aRepeats ? 0 : aInnerSize * aRowsSize,
      aRow: rows.aRepeats ? 0 : aInnerSize,
      aInner: inner.aRepeats ? 0 : 1,
      bOuter: outer.bRepeats ? 0 : bInnerSize * bRowsSize,
      bRow: rows.bRepeats ? 0 : bInnerSize,
      bInner: inner.bRepeats ? 0 : 1,
    },
  };
}

/** From the last axis to the first. */
function mergedAxes(shape: readonly number[], a: readonly number[], b: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  for (let fromEnd = 1; fromEnd <= shape.length; fromEnd++) {
    const size = shape.at(-fromEnd) ?? 1;
    if (size === 1) continue;
    const aRepeats = (a.at(-fromEnd) ?? 1) !== size;
    const bRepeats = (b.at(-fromEnd) ?? 1) !== size;
    const before = axes.at(-1);
    if (before && before.aRepeats === aRepeats && before.bRepeats === bRepeats) before.size *= size;
    else axes.push({ size, aRepeats, bRepeats });
  }
  return axes;
}
