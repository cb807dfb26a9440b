import type { Step } from "../../compile/plan.ts";
import type { Family } from "../../nodes/kind.ts";
import { element, rounded } from "../svg/markup.ts";
import type { Colours } from "../svg/theme.ts";
import { pair } from "./draw-block.ts";
import { captionEnd, type Figure, type Placed, type RoutedWire, rowRoom } from "./places.ts";
import { widthOf } from "./solids.ts";

/** What happens along an arrow; the legend explains them in this order. */
export const operations = ["convolution", "pooling", "dense", "other"] as const;
export type Operation = (typeof operations)[number];

export interface Stroke {
  readonly colour: string;
  readonly width: number;
  readonly dashes?: string;
}

export function operationOf({ kind: { family }, weights }: Step): Operation {
  if (family === "convolve") return "convolution";
  if (family === "pool") return "pooling";
  return family === "connect" && weights.length ? "dense" : "other";
}

const families: Readonly<Record<Exclude<Operation, "other">, Family>> = {
  convolution: "convolve",
  pooling: "pool",
  dense: "connect",
};

/** They differ by more than colour, for print and for eyes that see no colours. */
export function strokeOf(operation: Operation, colours: Colours): Stroke {
  if (operation === "other") return { colour: colours.wire, width: 1.25 };
  const colour = colours.families[families[operation]];
  switch (operation) {
    case "convolution":
      return { colour, width: 1.75 };
    case "pooling":
      return { colour, width: 1.75, dashes: "4 3" };
    case "dense":
      return { colour, width: 1.75, dashes: "1.5 2.5" };
  }
}

type Point = readonly [x: number, y: number];
const headLength = 7;
/** Between an arrow's ends and the blocks. */
const clear = 4;

/** All arrows of the figure, those between rows too. */
export function drawnArrows(figure: Figure, colours: Colours): string[] {
  const arriving = new Map<string, RoutedWire[]>();
  for (const it of figure.wires) arriving.set(it.to, [...(arriving.get(it.to) ?? []), it]);
  return figure.wires.flatMap((wire) => {
    const from = figure.placed.get(wire.from);
    const to = figure.placed.get(wire.to);
    if (!from || !to) return [];
    const { end, direction } = entry(wire, to, arriving.get(wire.to) ?? [], figure);
    const tip: Point = [end[0] - headLength * direction[0], end[1] - headLength * direction[1]];
    const [begun, start] = from.row === to.row ? leaving(from) : aroundRow(wire, from, tip, figure);
    const path = begun + way(start, wire, tip, direction);
    return arrow(path, end, direction, strokeOf(operationOf(to.block.step), colours));
  });
}

function arrow(path: string, end: Point, [dx, dy]: Point, { colour, width, dashes }: Stroke): string[] {
  const back: Point = [end[0] - headLength * dx, end[1] - headLength * dy];
  const half = 3.4;
  const head = [
    `M${pair(...end)}`,
    `L${pair(back[0] - half * dy, back[1] + half * dx)}`,
    `L${pair(back[0] + half * dy, back[1] - half * dx)} z`,
  ].join(" ");
  return [
    element("path", {
      d: path,
      fill: "none",
      stroke: colour,
      "stroke-width": width,
      ...(dashes ? { "stroke-dasharray": dashes } : {}),
    }),
    element("path", { d: head, fill: colour }),
  ];
}

/** Just right of what is drawn, at the height of the front's middle. */
function leaving({ x, axis, solid }: Placed): readonly [path: string, at: Point] {
  // Below its corner the right side recedes.
  const recedes = solid.up ? Math.max(0, 1 - solid.height / 2 / solid.up) * solid.right : 0;
  const at: Point = [x + widthOf(solid) - recedes + clear, axis];
  return [`M${pair(...at)}`, at];
}

/** Just left of what is drawn. Wires into one block arrive beside each other; into a sign also from above. */
function entry(
  wire: RoutedWire,
  to: Placed,
  arriving: readonly RoutedWire[],
  { placed }: Figure,
): { readonly end: Point; readonly direction: Point } {
  const radius = to.solid.width / 2;
  const isSign = to.solid.look === "sign";
  const comesFrom = (it: RoutedWire): number => levelOf(it, placed.get(it.from));
  const fromAbove = (it: RoutedWire): boolean =>
    isSign && comesFrom(it) < to.axis - 2 * radius && isOpenAbove(to, comesFrom(it), placed);
  if (fromAbove(wire)) return { end: [to.x + radius, to.axis - radius - clear], direction: [0, 1] };
  const beside = arriving
    .filter((it) => !fromAbove(it))
    .toSorted((a, b) => comesFrom(a) - comesFrom(b) || a.slot - b.slot);
  const apart = Math.min(isSign ? 9 : 16, to.solid.height / (beside.length + 1));
  const y = to.axis + (beside.indexOf(wire) - (beside.length - 1) / 2) * apart;
  return { end: [to.x - clear, y], direction: [1, 0] };
}

/** Whether no words stand between a block and the height from which a wire comes down to it. */
const isOpenAbove = (to: Placed, level: number, placed: Figure["placed"]): boolean =>
  [...placed.values()].every(
    (it) => it.column !== to.column || it.axis >= to.axis || captionEnd(it) + clear < level,
  );

const levelOf = (wire: RoutedWire, from: Placed | undefined): number =>
  wire.passes.at(-1)?.y ?? from?.axis ?? 0;

/** Level through every column, smooth between them. */
function way(start: Point, { passes }: RoutedWire, end: Point, direction: Point): string {
  let path = "";
  let at = start;
  for (const { left, right, y } of passes) {
    path += ` ${curve(at, [left, y])} H${rounded(right)}`;
    at = [right, y];
  }
  if (direction[1] === 0) return `${path} ${curve(at, end)}`;
  // Along its level, then into the sign in a quarter turn.
  const turn = Math.max(0, Math.min(14, end[1] - at[1], end[0] - at[0]));
  return `${path} H${rounded(end[0] - turn)} Q${pair(end[0], at[1])} ${pair(end[0], at[1] + turn)} V${rounded(end[1])}`;
}

function curve([x1, y1]: Point, [x2, y2]: Point): string {
  if (Math.abs(y1 - y2) < 0.5) return `L${pair(x2, y2)}`;
  const middle = (x1 + x2) / 2;
  return `C${pair(middle, y1)} ${pair(middle, y2)} ${pair(x2, y2)}`;
}

/** Room beside rows of which one leads to the next. */
export const rowMargin = 20;

/** Out to the right, back between the rows, down on the left, to where the wire goes on. */
function aroundRow(
  { passes }: RoutedWire,
  from: Placed,
  tip: Point,
  { rows }: Figure,
): readonly [path: string, at: Point] {
  const [begun, [x]] = leaving(from);
  const out = Math.max(rows[from.row]?.right ?? x, x) + rowMargin - 6;
  const into = -rowMargin;
  const between = (rows[from.row]?.bottom ?? 0) + rowRoom / 2 - 4;
  const level = passes[0]?.y ?? tip[1];
  const r = Math.min(10, (level - between) / 2);
  const at: Point = [into + r, level];
  const path = [
    `${begun} H${rounded(out - 10)} q10,0 10,10 V${rounded(between - 10)} q0,10 -10,10`,
    `H${rounded(into + r)} q-${r},0 -${r},${r} V${rounded(level - r)} q0,${r} ${r},${r}`,
  ].join(" ");
  return [path, at];
}
