import type { Lanes } from "./lanes.ts";
import type { Sized } from "./places.ts";
import { widthOf } from "./solids.ts";

export interface Column {
  readonly middle: number;
  /** Half the width of the widest block, and of all that stands in it. */
  readonly solid: number;
  readonly half: number;
}

/** What a page's text is wide at letters of 6 points. */
const widestRow = 880;
const arrowRoom = 36;
const wordRoom = 14;

export function columnsOf(sized: readonly Sized[]): readonly Column[] {
  const groups: Sized[][] = [];
  for (const it of sized) {
    const group = groups[it.column] ?? [];
    group.push(it);
    groups[it.column] = group;
  }
  const columns: Column[] = [];
  let [words, crowded] = [0, false];
  for (const group of groups) {
    const solid = Math.max(...group.map((it) => widthOf(it.solid))) / 2;
    const caption = Math.max(...group.map((it) => it.caption.width)) / 2;
    const half = Math.max(solid, caption);
    const before = columns.at(-1);
    // Where lanes are beside each other, wires need room to change, and a caption may stand at the height of a block.
    const several = crowded || group.length > 1;
    const apart = before
      ? Math.max(
          before.solid + arrowRoom + solid + (several ? 20 : 0),
          words + wordRoom + caption,
          several ? before.half + wordRoom + half : 0,
        )
      : half;
    columns.push({ middle: (before?.middle ?? 0) + apart, solid, half });
    [words, crowded] = [caption, group.length > 1];
  }
  return columns;
}

/**
 * Columns with which rows begin. A row may end where all that leads on comes from one block in its last column, best
 * where that is one wire. Of all ways to do so the one with few rows that are neither too wide nor left half empty.
 */
export function rowStarts({ wires, places }: Lanes, columns: readonly Column[]): readonly number[] {
  const cuts = cutsOf({ wires, places }, columns.length);
  const best: { readonly cost: number; readonly from: number }[] = [{ cost: 0, from: 0 }];
  for (let end = 1; end <= columns.length; end++) {
    let found = { cost: Number.POSITIVE_INFINITY, from: 0 };
    if (end === columns.length || cuts[end])
      for (let start = end - 1; start >= 0; start--) {
        const width = widthBetween(start, end);
        const before = best[start];
        const cost =
          (before?.cost ?? Number.POSITIVE_INFINITY) + costOf(width) + 150 * ((cuts[start] || 1) - 1);
        if ((start === 0 || cuts[start]) && cost < found.cost) found = { cost, from: start };
        // Wider rows only cost more.
        if (width > 4 * widestRow && Number.isFinite(found.cost)) break;
      }
    best.push(found);
  }
  const starts: number[] = [];
  for (let at = columns.length; at > 0; at = best[at]?.from ?? 0) starts.unshift(best[at]?.from ?? 0);
  return starts;

  function widthBetween(first: number, end: number): number {
    const [a, b] = [columns[first], columns[end - 1]];
    return a && b ? b.middle + b.half - a.middle + a.half : 0;
  }
}

const costOf = (width: number): number =>
  250 + 2 * Math.max(0, width - widestRow) + Math.max(0, widestRow - width) ** 2 / 4000;

/** For each column by how many wires a row that begins with it is reached; 0 where none may begin. */
function cutsOf({ wires, places }: Lanes, count: number): readonly number[] {
  const change = new Array<number>(count + 1).fill(0);
  const leaving = new Map<string, number>();
  for (const { from, to } of wires) {
    const [first = 0, last = 0] = [places.get(from)?.column, places.get(to)?.column];
    change[first + 1] = (change[first + 1] ?? 0) + 1;
    change[last + 1] = (change[last + 1] ?? 0) - 1;
    leaving.set(from, (leaving.get(from) ?? 0) + 1);
  }
  let crossing = 0;
  const crossings = change.map((it) => {
    crossing += it;
    return crossing;
  });
  const cuts = new Array<number>(count).fill(0);
  // All that crosses comes from this block.
  for (const [id, wiresOut] of leaving) {
    const next = (places.get(id)?.column ?? 0) + 1;
    if (crossings[next] === wiresOut) cuts[next] = wiresOut;
  }
  return cuts;
}
