import type { Plan } from "../../compile/plan.ts";
import { show } from "../../nodes/shape.ts";
import { rounded } from "./markup.ts";
import { type Box, type Boxes, byHeight } from "./places.ts";
import { textWidth } from "./text-width.ts";

type Point = readonly [x: number, y: number];

export interface DrawnWire {
  /** Data of an SVG path. */
  readonly path: string;
  readonly label: string;
  /** The label's centre. */
  readonly labelAt: Point;
  readonly labelWidth: number;
  /** Leftmost and rightmost place, so that the picture can make room. */
  readonly reach: readonly [number, number];
}

export const labelSize = 10.5;
const clearance = 34;
const bend = 34;

/** Smooth curves from bottom to top; one that would run through other cards goes around them. */
export function drawnWires({ steps }: Plan, boxes: Boxes): readonly DrawnWire[] {
  const lanes: number[] = [];
  const between = byHeight(boxes);
  return steps.flatMap(({ node, sources, inputs }) => {
    const to = boxes.get(node.id);
    const entries = entryOrder(sources, boxes);
    return sources.flatMap((source, slot) => {
      const from = boxes.get(source);
      if (!from || !to) return [];
      const start: Point = [from.x + from.width / 2, from.y + from.height];
      const end: Point = [to.x + (to.width * ((entries[slot] ?? 0) + 1)) / (sources.length + 1), to.y];
      const label = show(inputs[slot] ?? []);
      // A wire that goes up bulges beyond its ends.
      const bulge = end[1] < start[1] ? 60 : 0;
      const met = between(Math.min(start[1], end[1]) - bulge, Math.max(start[1], end[1]) + bulge);
      const others = met.filter((it) => it !== from && it !== to);
      const blocked = others.some((it) => crosses(start, end, it));
      return [blocked ? detour(start, end, label, others, lanes) : curve(start, end, label)];
    });
  });
}

/** The place along the card's top for each slot: as the sources stand from left to right, so that wires cross little. */
function entryOrder(sources: readonly string[], boxes: Boxes): readonly number[] {
  const bySide = sources
    .map((_, slot) => slot)
    .toSorted((a, b) => xOf(sources[a]) - xOf(sources[b]) || a - b);
  return sources.map((_, slot) => bySide.indexOf(slot));

  function xOf(id: string | undefined): number {
    return boxes.get(id ?? "")?.x ?? 0;
  }
}

function curve(start: Point, end: Point, label: string): DrawnWire {
  const [x1, y1] = start;
  const [x2, y2] = end;
  const pull = pullOf(start, end);
  const path = `M${at(start)} C${at([x1, y1 + pull])} ${at([x2, y2 - pull])} ${at(end)}`;
  return {
    path,
    label,
    labelAt: [(x1 + x2) / 2, (y1 + y2) / 2],
    labelWidth: labelWidth(label),
    reach: [Math.min(x1, x2), Math.max(x1, x2)],
  };
}

/** Wires that go back up, as a user may place cards, still leave downwards and arrive from above. */
const pullOf = ([, y1]: Point, [, y2]: Point): number =>
  Math.max((y2 - y1) / 2, Math.min(60, 20 + (y1 - y2) / 2));

/** Down into a free lane beside all cards on the way, along it, and back. */
function detour(
  start: Point,
  end: Point,
  label: string,
  between: readonly Box[],
  lanes: number[],
): DrawnWire {
  const middle = (start[0] + end[0]) / 2;
  const left = Math.min(...between.map((it) => it.x), start[0], end[0]) - clearance;
  const right = Math.max(...between.map((it) => it.x + it.width), start[0], end[0]) + clearance;
  const onTheRight = right - middle <= middle - left;
  const room = labelWidth(label) + 8;
  let lane = onTheRight ? right : left;
  while (lanes.some((it) => Math.abs(it - lane) < room)) lane += onTheRight ? room : -room;
  // Nobody can follow more wires than that side by side; searching on would take for ever.
  if (lanes.length < 200) lanes.push(lane);
  const [x1, y1] = start;
  const [x2, y2] = end;
  const path = [
    `M${at(start)}`,
    `C${at([x1, y1 + bend])} ${at([lane, y1])} ${at([lane, y1 + bend])}`,
    `L${at([lane, y2 - bend])}`,
    `C${at([lane, y2])} ${at([x2, y2 - bend])} ${at(end)}`,
  ].join(" ");
  return {
    path,
    label,
    labelAt: [lane, (y1 + y2) / 2],
    labelWidth: labelWidth(label),
    reach: [Math.min(lane - room / 2, x1, x2), Math.max(lane + room / 2, x1, x2)],
  };
}

/** Whether the curve between two points enters a card, tried at sixteen places. */
function crosses(start: Point, end: Point, { x, y, width, height }: Box): boolean {
  const pull = pullOf(start, end);
  const bezier = (t: number, a: number, b: number, c: number, d: number): number =>
    (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;
  return Array.from({ length: 15 }, (_, index) => (index + 1) / 16).some((t) => {
    const px = bezier(t, start[0], start[0], end[0], end[0]);
    const py = bezier(t, start[1], start[1] + pull, end[1] - pull, end[1]);
    return px > x - 6 && px < x + width + 6 && py > y && py < y + height;
  });
}

const labelWidth = (label: string): number => textWidth(label, labelSize, true) + 8;

const at = ([x, y]: Point): string => `${rounded(x)},${rounded(y)}`;
