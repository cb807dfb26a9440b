import type { Step } from "../../compile/plan.ts";
import { show } from "../../nodes/shape.ts";
import { counted, short } from "../figures.ts";
import { element, escaped, rounded } from "./markup.ts";
import type { Box } from "./places.ts";
import { cutTo, fitting, textWidth } from "./text-width.ts";
import type { Colours } from "./theme.ts";

export const sans = "Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif";
export const mono = "'JetBrains Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

const inset = 14;
const radius = 7;

/** One layer: title and id, settings, output shape and parameters, with its family's colour at the left edge. */
export function drawnCard(step: Step, box: Box, colours: Colours): string {
  const { node, kind, values, output, parameters } = step;
  const { x, y, width, height } = box;
  const [left, right] = [x + inset, x + width - 12];
  const room = right - left;
  const shape = show(output);
  const notation = kind.notation(values);
  const small = fitting(notation, room, [11.5, 11, 10.5, 10, 9.5]);
  const settings = notation === shape ? "" : cutTo(notation, room, small);
  const idRoom = room - textWidth(kind.title, 13.5) - 10;
  // Beside a long title there is no room, but such layers have few settings.
  const lower = textWidth(node.id, 10.5, true) > idRoom && room - textWidth(settings, small) - 10 > idRoom;
  const id = cutTo(node.id, lower ? room - textWidth(settings, small) - 10 : idRoom, 10.5, true);
  const count = parameterCount(parameters, room - textWidth(shape, 12, true) - 10);
  const end = { "text-anchor": "end" };
  const lines = [
    element("rect", { x, y, width, height, rx: radius, fill: colours.surface, stroke: colours.line }),
    element("path", { d: edge(box), fill: colours.families[kind.family] }),
    text(left, y + 23, kind.title, { "font-size": 13.5, "font-weight": 600, fill: colours.ink }),
    text(right, y + (lower ? 43 : 23), id, {
      "font-size": 10.5,
      "font-family": mono,
      fill: colours.faint,
      ...end,
    }),
    text(left, y + 43, settings, { "font-size": small, fill: colours.soft }),
    text(left, y + 67, shape, { "font-size": 12, "font-family": mono, fill: colours.ink }),
    text(right, y + 67, count, { "font-size": 11.5, fill: colours.soft, ...end }),
  ];
  return element("g", {}, `\n    ${lines.filter((it) => it).join("\n    ")}\n  `);
}

/** As exact as the room allows; nothing for layers without parameters. */
function parameterCount(parameters: number, room: number): string {
  if (parameters === 0) return "";
  const ways = [counted(parameters, "parameter"), `${short(parameters)} parameters`, short(parameters)];
  return ways.find((it) => textWidth(it, 11.5) <= room) ?? "";
}

export const text = (
  x: number,
  y: number,
  content: string,
  attributes: Readonly<Record<string, string | number>>,
): string => (content ? element("text", { x, y, ...attributes }, escaped(content)) : "");

/** The card's left border, rounded like the card. */
const edge = ({ x, y, height }: Box): string =>
  [
    `M${rounded(x + radius)},${rounded(y)}`,
    `a${radius},${radius} 0 0 0 -${radius},${radius}`,
    `v${height - 2 * radius}`,
    `a${radius},${radius} 0 0 0 ${radius},${radius}`,
    `h-2.5 v${-height} z`,
  ].join(" ");
