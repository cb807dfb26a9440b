import type { Block } from "./blocks.ts";
import { type Caption, captionOf, lineHeight } from "./captions.ts";
import { type Column, columnsOf, rowStarts } from "./columns.ts";
import { type Lanes, lanesOf, type Wire } from "./lanes.ts";
import { reachOf, type Scales, type Solid, solidOf, widthOf } from "./solids.ts";

/** A block with its size, before it has a place. */
export interface Sized {
  readonly block: Block;
  readonly solid: Solid;
  readonly caption: Caption;
  readonly column: number;
  readonly level: number;
}

/** A block in its place, in pixels. */
export interface Placed extends Sized {
  readonly row: number;
  /** Left end of what is drawn. */
  readonly x: number;
  /** Height of its front's middle. */
  readonly axis: number;
  /** Upper end of the caption, and its middle from left to right. */
  readonly captionTop: number;
  readonly centre: number;
}

export const captionEnd = ({ captionTop, caption }: Placed): number =>
  captionTop + caption.lines.length * lineHeight;

/** A part of a wire's way that is level from `left` to `right`. */
export interface Pass {
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

export interface RoutedWire extends Omit<Wire, "passes"> {
  readonly passes: readonly Pass[];
}

export interface Row {
  readonly top: number;
  readonly bottom: number;
  readonly right: number;
}

export interface Figure {
  /** By the block's id. */
  readonly placed: ReadonlyMap<string, Placed>;
  readonly wires: readonly RoutedWire[];
  readonly rows: readonly Row[];
}

const captionGap = 14;
const laneRoom = 14;
export const rowRoom = 44;

/**
 * Columns from left to right, lanes under each other, captions of a lane at one height. A figure wider than a page's
 * text goes on in another row.
 */
export function placedFigure(blocks: readonly Block[], scales: Scales): Figure {
  const lanes = lanesOf(blocks);
  const sized = blocks.map((block) => ({
    block,
    solid: solidOf(block, scales),
    caption: captionOf(block),
    ...(lanes.places.get(block.id) ?? { column: 0, level: 0 }),
  }));
  const stretch = stretchOf(sized, lanes);
  const columns = columnsOf(sized);
  const starts = rowStarts(lanes, columns);
  const placed = new Map<string, Placed>();
  const wires: RoutedWire[] = [];
  const rows: Row[] = [];
  let top = 0;
  for (const [row, first] of starts.entries()) {
    const end = starts[row + 1] ?? columns.length;
    const inRow = (column: number): boolean => column >= first && column < end;
    const made = placedRow({
      row,
      top,
      stretch,
      left: (columns[first]?.middle ?? 0) - (columns[first]?.half ?? 0),
      columns,
      sized: sized.filter((it) => inRow(it.column)),
      // A wire that comes from the row before has all its bends here.
      wires: lanes.wires.filter((it) => inRow(lanes.places.get(it.to)?.column ?? 0)),
    });
    for (const it of made.placed) placed.set(it.block.id, it);
    wires.push(...made.wires);
    rows.push(made.bounds);
    top = made.bounds.bottom + rowRoom;
  }
  return { placed, wires, rows };
}

interface RowPlan {
  readonly row: number;
  readonly top: number;
  readonly stretch: number;
  readonly left: number;
  readonly columns: readonly Column[];
  readonly sized: readonly Sized[];
  readonly wires: readonly Wire[];
}

function placedRow({ row, top, stretch, left, columns, sized, wires }: RowPlan): {
  readonly placed: readonly Placed[];
  readonly wires: readonly RoutedWire[];
  readonly bounds: Row;
} {
  const lowest = lowestByLevel(sized);
  const placed = sized.map((it): Placed => {
    const axis = it.level * stretch;
    const centre = (columns[it.column]?.middle ?? 0) - left;
    const captionTop = axis + (lowest.get(it.level) ?? 0) + captionGap;
    return { ...it, row, x: centre - widthOf(it.solid) / 2, axis, centre, captionTop };
  });
  const routed = routes(
    placed,
    wires,
    (column) => {
      const { middle = 0, solid = 0 } = columns[column] ?? {};
      return [middle - left - solid, middle - left + solid];
    },
    stretch,
  );
  const passes = routed.flatMap((it) => it.passes.map(({ y }) => y));
  const highest = Math.min(...placed.map((it) => it.axis - reachOf(it.solid).above), ...passes);
  const bottom = Math.max(...placed.map(captionEnd), ...passes.map((it) => it + laneRoom / 2));
  const down = top - highest;
  return {
    placed: placed.map((it) => ({ ...it, axis: it.axis + down, captionTop: it.captionTop + down })),
    wires: routed.map((it) => ({ ...it, passes: it.passes.map((at) => ({ ...at, y: at.y + down })) })),
    bounds: {
      top,
      bottom: bottom + down,
      right: Math.max(...placed.map((it) => it.centre + Math.max(widthOf(it.solid), it.caption.width) / 2)),
    },
  };
}

function routes(
  placed: readonly Placed[],
  wires: readonly Wire[],
  span: (column: number) => readonly [number, number],
  stretch: number,
): readonly RoutedWire[] {
  const byId = new Map(placed.map((it) => [it.block.id, it]));
  const skips: { first: number; last: number; y: number }[] = [];
  const columnOf = (id: string): number => byId.get(id)?.column ?? -1;
  // Shorter ones first, so that longer ones go over them.
  const inOrder = wires.toSorted(
    (a, b) => columnOf(a.to) - columnOf(a.from) - columnOf(b.to) + columnOf(b.from),
  );
  return inOrder.map((wire) => {
    if (!wire.skips)
      return {
        ...wire,
        passes: wire.passes.map(({ column, level }) => {
          const [left, right] = span(column);
          return { left, right, y: level * stretch };
        }),
      };
    // Of a source in the row before, the way begins with this row.
    const first = byId.has(wire.from) ? columnOf(wire.from) + 1 : Math.min(...placed.map((it) => it.column));
    const last = columnOf(wire.to) - 1;
    const below = skips.filter((it) => it.first <= last && first <= it.last).map((it) => it.y);
    const tops = placed
      .filter((it) => it.column >= first && it.column <= last)
      .map((it) => it.axis - reachOf(it.solid).above);
    const y = Math.min(...tops, ...below) - laneRoom;
    skips.push({ first, last, y });
    return { ...wire, passes: [{ left: span(first)[0], right: span(last)[1], y }] };
  });
}

function lowestByLevel(sized: readonly Sized[]): ReadonlyMap<number, number> {
  const lowest = new Map<number, number>();
  for (const { level, solid } of sized)
    lowest.set(level, Math.max(lowest.get(level) ?? 0, reachOf(solid).below));
  return lowest;
}

/** By how much levels are drawn out so that blocks, captions and wires of one column keep clear of each other. */
function stretchOf(sized: readonly Sized[], { wires }: Lanes): number {
  const lowest = lowestByLevel(sized);
  const entries = [
    ...sized.map(({ column, level, solid, caption }) => ({
      column,
      level,
      above: reachOf(solid).above,
      below: (lowest.get(level) ?? 0) + captionGap + caption.lines.length * lineHeight,
    })),
    ...wires.flatMap((it) => it.passes.map((at) => ({ ...at, above: 0, below: 0 }))),
  ].toSorted((a, b) => a.column - b.column || a.level - b.level);
  return entries.reduce((most, it, index) => {
    const upper = entries[index - 1];
    if (upper?.column !== it.column || it.level === upper.level) return most;
    return Math.max(most, (upper.below + it.above + laneRoom) / (it.level - upper.level));
  }, 0);
}
