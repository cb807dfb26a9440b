import { element, rounded } from "../svg/markup.ts";
import type { Colours } from "../svg/theme.ts";
import { operationOf, strokeOf } from "./arrows.ts";
import { type Face, frontOf, onFace, pair } from "./draw-block.ts";
import { captionEnd, type Figure, type Placed } from "./places.ts";
import { copyShift } from "./solids.ts";
import { mixed } from "./tints.ts";
import { windowPair } from "./windows.ts";

/**
 * What lies on top of neighbouring blocks: the window on the front of its input, with lines to the value it becomes, and
 * between vectors the fan of a dense layer's weights. Blocks whose lines would be steep, run through words or pass other
 * blocks have an arrow alone.
 */
export function drawnWindows(figure: Figure, colours: Colours): string[] {
  const captions = captionsByColumn(figure);
  const bySource = new Map<string, Placed[]>();
  for (const { from, to } of figure.wires) {
    const target = figure.placed.get(to);
    if (target) bySource.set(from, [...(bySource.get(from) ?? []), target]);
  }
  return [...bySource].flatMap(([source, readers]) => {
    const from = figure.placed.get(source);
    if (!from) return [];
    const near = readers.filter((it) => it.row === from.row && it.column === from.column + 1);
    if (from.solid.look === "vector") return near.flatMap((to) => fan(from, to, colours));
    if (from.solid.look !== "image") return [];
    const found = near
      .filter((to) => windowPair(to.block.step, [0.5, 0.5]) && to.solid.look === "image")
      .map((to) => ({
        to,
        climbs: Math.abs(to.axis - from.axis) > 40,
        drawn: clearRays(from, to, captions),
      }));
    // Of several lanes beside each other all have lines, or none.
    const canClimb = found.every((it) => !it.climbs || it.drawn);
    return found.flatMap(({ to, climbs, drawn }) =>
      drawn && (canClimb || !climbs) ? marked(drawn, to, colours) : [],
    );
  });
}

function clearRays(
  from: Placed,
  to: Placed,
  captions: ReadonlyMap<number, readonly Face[]>,
): Rays | undefined {
  const words = [...(captions.get(from.column) ?? []), ...(captions.get(to.column) ?? [])];
  return spots(from, to)
    .map((at) => raysAt(from, to, at))
    .find((it) => it?.lines.every((line) => isGentle(line) && !words.some((word) => meets(line, word))));
}

/** All the weights of a dense layer between two vectors, as a shadow. */
function fan(from: Placed, to: Placed, colours: Colours): string[] {
  if (operationOf(to.block.step) !== "dense" || to.solid.look !== "vector" || from.axis !== to.axis)
    return [];
  const [a, b] = [frontOf(from, from.solid.copies - 1), frontOf(to)];
  const d = `M${pair(a.x + a.width, a.y)} L${pair(b.x, b.y)} v${rounded(b.height)} L${pair(a.x + a.width, a.y + a.height)} z`;
  return [element("path", { d, fill: colours.families.connect, "fill-opacity": 0.1 })];
}

/** Where a window may stand, in shares of height and width, best first: by turns above and below the arrow. */
function spots(from: Placed, to: Placed): readonly (readonly [number, number])[] {
  const [turn, other] = from.column % 2 ? [0.74, 0.26] : [0.26, 0.74];
  // Of copies only the left part of the first can be seen.
  const [along, ...others] = to.solid.copies > 1 ? [copyShift / 2 / to.solid.width] : [0.6, 0.86, 0.12];
  return [along ?? 0.6, ...others].flatMap((it) => [[turn, it] as const, [other, it] as const]);
}

type Point = readonly [x: number, y: number];
type Line = readonly [Point, Point];

interface Rays {
  readonly source: Face;
  readonly target: Face;
  readonly isWindow: boolean;
  readonly lines: readonly [Line, Line];
}

function raysAt(from: Placed, to: Placed, at: readonly [number, number]): Rays | undefined {
  const found = windowPair(to.block.step, at);
  if (!found) return undefined;
  const isWindow = found.window === "source";
  const source = onFace(frontOf(from, from.solid.copies - 1), found.source, isWindow ? 5 : 2.6);
  const target = onFace(frontOf(to), found.target, isWindow ? 2.6 : 5);
  const [window, value] = isWindow ? [source, target] : [target, source];
  const point: Point = [value.x + value.width / 2, value.y + value.height / 2];
  const side = isWindow ? window.x + window.width : window.x;
  const lines: readonly [Line, Line] = [
    [[side, window.y], point],
    [[side, window.y + window.height], point],
  ];
  return { source, target, isWindow, lines };
}

function marked({ source, target, isWindow, lines }: Rays, to: Placed, colours: Colours): string[] {
  const { step } = to.block;
  const operation = operationOf(step);
  const own =
    operation === "other" ? colours.families[step.kind.family] : strokeOf(operation, colours).colour;
  // Stronger than the faces that it lies on.
  const colour = mixed(own, colours.ink, 0.8);
  const d = lines.map(([a, b]) => `M${pair(...a)} L${pair(...b)}`).join(" ");
  return [
    element("path", { d, fill: "none", stroke: colour, "stroke-width": 0.9 }),
    patch(source, colour, isWindow),
    patch(target, colour, !isWindow),
  ];
}

const patch = (face: Face, colour: string, isWindow: boolean): string =>
  element("rect", {
    ...face,
    fill: colour,
    ...(isWindow ? { "fill-opacity": 0.28, stroke: colour, "stroke-width": 1.1 } : {}),
  });

const isGentle = ([[x1, y1], [x2, y2]]: Line): boolean => Math.abs(y2 - y1) <= 0.75 * Math.abs(x2 - x1);

function captionsByColumn({ placed }: Figure): ReadonlyMap<number, readonly Face[]> {
  const columns = new Map<number, Face[]>();
  for (const it of placed.values()) {
    const { column, centre, caption, captionTop: y } = it;
    const face = { x: centre - caption.width / 2, y, width: caption.width, height: captionEnd(it) - y };
    columns.set(column, [...(columns.get(column) ?? []), face]);
  }
  return columns;
}

/** Whether a line enters a face (Liang & Barsky 1984). */
function meets([[x1, y1], [x2, y2]]: Line, { x, y, width, height }: Face): boolean {
  const [dx, dy] = [x2 - x1, y2 - y1];
  let [first, last] = [0, 1];
  for (const [slope, room] of [
    [-dx, x1 - x],
    [dx, x + width - x1],
    [-dy, y1 - y],
    [dy, y + height - y1],
  ] as const) {
    if (slope === 0 && room < 0) return false;
    if (slope < 0) first = Math.max(first, room / slope);
    if (slope > 0) last = Math.min(last, room / slope);
  }
  return first < last;
}
