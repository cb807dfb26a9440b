import type { Plan, Step } from "../../../shared/compile/plan.ts";
import type { Family } from "../../../shared/nodes/kind.ts";
import { isImage, sameShape } from "../../../shared/nodes/shape.ts";

/** What one layer hands on, drawn to scale: feature maps as a stack of sheets, a vector as a bar or as cells. */
export interface Block {
  readonly id: string;
  readonly family: Family;
  readonly form: "stack" | "bar" | "cells";
  /** The front sheet, the bar, or the column of cells. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Sheets of a stack, front one included, each `sheetOffset` further up and left; cells of a vector. */
  readonly count: number;
}

/** How a layer reads the one before: a window that slides over it, or all of it at once. */
export type Link =
  | {
      readonly form: "window";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly to: Point;
    }
  | { readonly form: "fan"; readonly corners: readonly [Point, Point, Point, Point] }
  /** A wire between neighbours, or over the heads of the layers that it skips. */
  | { readonly form: "line"; readonly from: Point; readonly over: Point | undefined; readonly to: Point };

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The picture of a network in the manner of the LeNet paper, left to right. */
export interface Miniature {
  readonly width: number;
  readonly height: number;
  readonly blocks: readonly Block[];
  readonly links: readonly Link[];
}

export const sheetOffset = 2.5;
export const cellPitch = 5;
const largestFace = 64;
const smallestFace = 4;
const barWidth = 5;
const mostCells = 16;
const gapAcross = 20;
const gapDown = 14;
const margin = 4;
const headroom = 20;

/** Layers that change neither shape nor weights (dropout, activations) are left out: they would look like their input. */
export function miniatureOf(plan: Plan): Miniature {
  const drawn = plan.steps.filter(isVisible);
  const sourcesOf = visibleSources(plan.steps);
  const pixel = largestFace / largestSide(drawn);
  const columns = inColumns(drawn, sourcesOf);

  const columnOf = new Map(columns.flatMap((column, at) => column.map((it) => [it.node.id, at] as const)));
  const skips = (from: string, to: string): boolean =>
    (columnOf.get(to) ?? 0) - (columnOf.get(from) ?? 0) > 1;

  const hasSkip = drawn.some(({ node }) => sourcesOf.get(node.id)?.some((id) => skips(id, node.id)));
  const above = margin + (hasSkip ? headroom : 0);
  const tallest = Math.max(...columns.map(heightOf(pixel)), 0);
  const blocks = new Map<string, Block>();
  let left = margin;
  for (const column of columns) {
    const sizes = column.map((it) => sizeOf(it, pixel));
    const across = Math.max(...sizes.map((it) => it.width + it.behind));
    let top = above + (tallest - heightOf(pixel)(column)) / 2;
    for (const [index, step] of column.entries()) {
      const { behind, ...size } = sizes[index] ?? { ...sizeOf(step, pixel) };
      const x = left + (across - size.width - behind) / 2 + behind;
      blocks.set(step.node.id, { id: step.node.id, family: step.kind.family, x, y: top + behind, ...size });
      top += size.height + behind + gapDown;
    }
    left += across + gapAcross;
  }

  const links = drawn.flatMap((step) => {
    const to = blocks.get(step.node.id);
    const sources = sourcesOf.get(step.node.id) ?? [];
    return sources.flatMap((id) => {
      const from = blocks.get(id);
      if (!from || !to) return [];
      return skips(id, step.node.id) ? wireOver(from, to, above) : linkOf(step, from, to, pixel);
    });
  });
  const width = Math.max(left - gapAcross + margin, 2 * margin);
  return { width, height: above + tallest + margin, blocks: [...blocks.values()], links };
}

function isVisible({ inputs, output, parameters }: Step): boolean {
  const [only, ...others] = inputs;
  return !only || others.length > 0 || parameters > 0 || !sameShape(only, output);
}

/** For each drawn step the drawn steps that feed it, through the ones left out. */
function visibleSources(steps: readonly Step[]): ReadonlyMap<string, readonly string[]> {
  const hidden = new Map<string, readonly string[]>();
  const sources = new Map<string, readonly string[]>();
  for (const step of steps) {
    const feeding = step.sources.flatMap((id) => hidden.get(id) ?? [id]);
    (isVisible(step) ? sources : hidden).set(step.node.id, feeding);
  }
  return sources;
}

const largestSide = (steps: readonly Step[]): number =>
  Math.max(1, ...steps.flatMap(({ output }) => (isImage(output) ? [output[0], output[1]] : [])));

/** Steps of the same distance from the input stand above each other. */
function inColumns(
  steps: readonly Step[],
  sourcesOf: ReadonlyMap<string, readonly string[]>,
): readonly (readonly Step[])[] {
  const depths = new Map<string, number>();
  const columns: Step[][] = [];
  for (const step of steps) {
    const sources = sourcesOf.get(step.node.id) ?? [];
    const depth = Math.max(-1, ...sources.map((id) => depths.get(id) ?? -1)) + 1;
    depths.set(step.node.id, depth);
    const column = columns[depth];
    if (column) column.push(step);
    else columns[depth] = [step];
  }
  return columns;
}

interface Size extends Pick<Block, "form" | "width" | "height" | "count"> {
  /** How far the sheets behind reach out to the left and to the top. */
  readonly behind: number;
}

function sizeOf({ output }: Step, pixel: number): Size {
  if (isImage(output)) {
    const [height, width] = [output[0], output[1]].map((it) => Math.max(smallestFace, it * pixel));
    const count = sheetsFor(output[2]);
    return {
      form: "stack",
      width: width ?? smallestFace,
      height: height ?? smallestFace,
      count,
      behind: (count - 1) * sheetOffset,
    };
  }
  const [units] = output;
  if (units <= mostCells)
    return { form: "cells", width: cellPitch - 1, height: units * cellPitch - 1, count: units, behind: 0 };
  return { form: "bar", width: barWidth, height: barHeight(units), count: units, behind: 0 };
}

/** One sheet per channel up to three, then by doublings: 8 channels look like five sheets, 64 like eight. */
const sheetsFor = (channels: number): number =>
  channels <= 3 ? channels : Math.min(10, 2 + Math.round(Math.log2(channels)));

/** Every bar is taller than the tallest column of cells; a thousand units reach the height of the stacks. */
const barHeight = (units: number): number =>
  Math.min(84, mostCells * cellPitch * (0.5 + 0.5 * (Math.log(units) / Math.log(1000))));

const heightOf =
  (pixel: number) =>
  (column: readonly Step[]): number =>
    column.map((it) => sizeOf(it, pixel)).reduce((sum, it) => sum + it.height + it.behind, 0) +
    gapDown * Math.max(0, column.length - 1);

function wireOver(from: Block, to: Block, above: number): readonly Link[] {
  const [start, end] = [topOf(from), topOf(to)];
  const over = { x: (start.x + end.x) / 2, y: 2 * (above - headroom) - Math.min(start.y, end.y) };
  return [{ form: "line", from: start, over, to: end }];
}

function linkOf(step: Step, from: Block, to: Block, pixel: number): readonly Link[] {
  if (to.form !== "stack" || from.form !== "stack")
    return [{ form: "fan", corners: [...rightSide(from), ...leftSide(to)] }];
  const sight = step.kind.sight(step.values, step.inputs);
  if (typeof sight === "string")
    return [{ form: "line", from: middleOf(from, from.width), over: undefined, to: middleOf(to, 0) }];
  const [height, width] = sight.window.map((it) => Math.max(3, it * pixel));
  const window = {
    width: Math.min(from.width, width ?? 3),
    height: Math.min(from.height, height ?? 3),
  };
  return [
    {
      form: "window",
      // Off the middle, so that the lines of neighbouring layers do not run into each other.
      x: from.x + (from.width - window.width) * 0.72,
      y: from.y + (from.height - window.height) * 0.34,
      ...window,
      to: { x: to.x + to.width * 0.3, y: to.y + to.height * 0.62 },
    },
  ];
}

const topOf = ({ x, y, width }: Block): Point => ({ x: x + width / 2, y });
const middleOf = ({ x, y, height }: Block, along: number): Point => ({ x: x + along, y: y + height / 2 });
const rightSide = ({ x, y, width, height }: Block): readonly [Point, Point] => [
  { x: x + width, y },
  { x: x + width, y: y + height },
];
const leftSide = ({ x, y, height }: Block): readonly [Point, Point] => [
  { x, y: y + height },
  { x, y },
];
