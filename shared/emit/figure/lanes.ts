import { layout, Graph as Sketch } from "@dagrejs/dagre";
import type { Block } from "./blocks.ts";

/** Where a block stands before it has a size: its column, and its height among those beside it, in no unit. */
export interface Lane {
  readonly column: number;
  readonly level: number;
}

export interface Wire {
  readonly from: string;
  readonly to: string;
  readonly slot: number;
  /** The height at which it passes each column on its way. */
  readonly passes: readonly Lane[];
  /** It runs beside a single chain of blocks, as in residual networks, and is led over it. */
  readonly skips: boolean;
}

export interface Lanes {
  readonly places: ReadonlyMap<string, Lane>;
  readonly wires: readonly Wire[];
}

type End = Pick<Wire, "from" | "to" | "slot">;

const unit = 100;

/** A layered drawing from left to right in which wires cross little. */
export function lanesOf(blocks: readonly Block[]): Lanes {
  const ends = blocks.flatMap(({ id, sources }) => sources.map((from, slot) => ({ from, to: id, slot })));
  // dagre takes seconds for a thousand nodes (measured, 3.1.3), and nobody can read a figure of so many.
  if (blocks.length > 300) return inColumns(blocks, ends);
  const columns = columnsOf(blocks);
  const long = ends.filter(({ from, to }) => (columns.get(to) ?? 0) > (columns.get(from) ?? 0) + 1);
  const around = long.filter((it) => reaches(it, blocks));
  const without = layered(
    blocks,
    ends.filter((it) => !around.includes(it)),
    [],
  );
  const single = around.filter((it) => runsBesideChain(it, without));
  return single.length === around.length
    ? { ...without, wires: [...without.wires, ...single.map(skipping)] }
    : layered(
        blocks,
        ends.filter((it) => !single.includes(it)),
        single,
      );
}

const skipping = (end: End): Wire => ({ ...end, passes: [], skips: true });

function layered(blocks: readonly Block[], ends: readonly End[], skips: readonly End[]): Lanes {
  const sketch = new Sketch({ multigraph: true });
  sketch.setGraph({ rankdir: "LR", nodesep: unit / 2, edgesep: unit / 2, ranksep: unit });
  for (const { id } of blocks) sketch.setNode(id, { width: unit, height: unit });
  for (const { from, to, slot } of ends) sketch.setEdge(from, to, {}, String(slot));
  layout(sketch);
  const middles = blocks.map(({ id }) => [id, sketch.node(id).x ?? 0, sketch.node(id).y ?? 0] as const);
  const columns = [...new Set(middles.map(([, x]) => Math.round(x)))].toSorted((a, b) => a - b);
  const columnAt = (x: number): number => columns.indexOf(Math.round(x));
  const places = new Map(middles.map(([id, x, y]) => [id, { column: columnAt(x), level: Math.round(y) }]));
  const wires = ends.map((end) => {
    const bends: readonly { readonly x: number; readonly y: number }[] =
      sketch.edge(end.from, end.to, String(end.slot)).points ?? [];
    const [first = 0, last = 0] = [places.get(end.from)?.column, places.get(end.to)?.column];
    // Bends between two columns leave room for labels, which these wires have none of.
    const passes = bends
      .map(({ x, y }) => ({ column: columnAt(x), level: Math.round(y) }))
      .filter(({ column }) => column > first && column < last);
    return { ...end, passes, skips: false };
  });
  return { places, wires: [...wires, ...skips.map(skipping)] };
}

/** Each block one column behind the last that feeds it. */
function columnsOf(blocks: readonly Block[]): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  for (const { id, sources } of blocks)
    columns.set(
      id,
      sources.reduce((most, it) => Math.max(most, (columns.get(it) ?? -1) + 1), 0),
    );
  return columns;
}

/** Whether there is another way from a wire's source to its target. */
function reaches({ from, to }: End, blocks: readonly Block[]): boolean {
  const reached = new Set([from]);
  for (const { id, sources } of blocks)
    if (id !== to && sources.some((it) => reached.has(it))) reached.add(id);
  const target = blocks.find((it) => it.id === to);
  return target?.sources.some((it) => it !== from && reached.has(it)) ?? false;
}

/** Whether nothing but blocks at one level with its ends stands between them, and nothing else in the target's column. */
function runsBesideChain({ from, to }: End, { places, wires }: Lanes): boolean {
  const [start, end] = [places.get(from), places.get(to)];
  if (!start || !end) return false;
  const between = [...places.values(), ...wires.flatMap((it) => it.passes)].filter(
    ({ column }) => column > start.column && column <= end.column,
  );
  return between.every(({ level }) => level === start.level);
}

/** Without care for crossings. */
function inColumns(blocks: readonly Block[], ends: readonly End[]): Lanes {
  const taken: number[] = [];
  const places = new Map<string, Lane>();
  for (const [id, column] of columnsOf(blocks)) {
    const row = taken[column] ?? 0;
    taken[column] = row + 1;
    places.set(id, { column, level: row * unit });
  }
  return { places, wires: ends.map((it) => ({ ...it, passes: [], skips: false })) };
}
