import type { RunRecord } from "../../state/runs.ts";

export type Metric = "loss" | "accuracy";

/** A design's run with the number of its colour. */
export interface ShownRun {
  readonly record: RunRecord;
  /** From 0: the design's place in the document. */
  readonly series: number;
}

/** Lines of one run, over epochs: while an epoch lasts, at its end, and on the validation images. */
export const linesPerRun = 3;
type Values = (number | null)[];

/** What uPlot takes: all places in order, then for every run its three lines, null where a line has no point. */
export type ChartData = [places: number[], ...lines: Values[]];

/** Points of several runs on one axis of epochs. */
export function chartData(runs: readonly ShownRun[], metric: Metric): ChartData {
  const lines = runs.flatMap(({ record }) => linesOf(record, metric));
  const all = Float64Array.from(lines.flatMap((line) => line.map(([at]) => at))).sort();
  const places = Array.from(all.filter((at, index) => at !== all[index - 1]));
  return [places, ...lines.map((line) => spread(line, places))];
}

/** A line's values at the places of all lines; both in order. */
function spread(line: readonly Point[], places: readonly number[]): Values {
  let next = 0;
  return places.map((at) => {
    const point = line[next];
    if (point?.[0] !== at) return null;
    next++;
    return point[1];
  });
}

type Point = readonly [at: number, value: number];

function linesOf({ points, epochs }: RunRecord, metric: Metric): readonly (readonly Point[])[] {
  const validation = metric === "loss" ? "valLoss" : "valAccuracy";
  const finite = (line: readonly (readonly [number, number | null])[]): readonly Point[] =>
    line.flatMap(([at, value]) => (value !== null && Number.isFinite(value) ? [[at, value] as const] : []));
  return [
    finite(points.map((it) => [it.at, it[metric]])),
    finite(epochs.map((it) => [it.epoch, it[metric]])),
    finite(epochs.map((it) => [it.epoch, it[validation]])),
  ];
}

/** How many epochs the axis shows: all of a short run; a long one makes room by doubling as it goes on. */
export function epochsShown(runs: readonly ShownRun[]): number {
  const needed = runs.map(({ record }) => {
    const reached = Math.max(record.points.at(-1)?.at ?? 0, record.epochs.at(-1)?.epoch ?? 0);
    if (record.status === "ended") return reached;
    let room = 10;
    while (room < reached * 1.1) room *= 2;
    return Math.min(record.recipe.epochs, room);
  });
  return Math.max(1, ...needed);
}

/** The range of the value axis. A loss that runs away may not press everything else to the floor. */
export function valueRange([, ...lines]: ChartData, metric: Metric): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let start = 0;
  for (const line of lines)
    for (const value of line) {
      if (value === null) continue;
      start ||= value;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  if (low > high) return [0, 1];
  if (metric === "loss") return [0, Math.min(high, 4 * start || high) * 1.05 || 1];
  return [Math.max(0, Math.floor(Math.min(low, 0.99) * 10) / 10), 1];
}
