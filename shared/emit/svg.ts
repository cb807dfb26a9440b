import type { Totals } from "../compile/plan.ts";
import { show } from "../nodes/shape.ts";
import { counted, short, shortBytes } from "./figures.ts";
import { inOneLine } from "./keras-program.ts";
import type { Subject } from "./subject.ts";
import { drawnCard, mono, sans, text } from "./svg/card.ts";
import { element, escaped } from "./svg/markup.ts";
import { around, placed } from "./svg/places.ts";
import { cutTo, textWidth } from "./svg/text-width.ts";
import { type Colours, type Theme, themes } from "./svg/theme.ts";
import { drawnWires, labelSize } from "./svg/wires.ts";

const margin = 28;

/**
 * A picture of the graph for papers and slides (SVG 1.1): a card per layer with settings, shape and parameters, wires
 * with the shapes that flow through them, totals below. Presentation attributes only, since slide programs ignore
 * style sheets. One unit is one pixel.
 */
export function svg({ title, plan }: Subject, theme: Theme = "light"): string {
  const colours = themes[theme];
  const boxes = placed(plan);
  const wires = drawnWires(plan, boxes);
  const cards = around(boxes);
  const heading = inOneLine(title);
  const totals = totalLine(plan.totals);

  const left = Math.min(cards.x, ...wires.map((it) => it.reach[0]));
  const right = Math.max(cards.x + cards.width, ...wires.map((it) => it.reach[1]));
  const inner = Math.max(right - left, textWidth(totals, 12.5));
  const x = (left + right - inner) / 2 - margin;
  const y = cards.y - margin - 34;
  const width = inner + 2 * margin;
  const height = cards.height + 2 * margin + 34 + 36;
  const middle = x + width / 2;

  const parts = [
    element("title", {}, escaped(heading)),
    element("desc", {}, escaped(`${plan.steps.map((it) => it.kind.title).join(" → ")}. ${totals}`)),
    element("rect", { x, y, width, height, fill: colours.ground }),
    text(middle, y + margin + 12, cutTo(heading, inner, 17), {
      "font-size": 17,
      "font-weight": 600,
      fill: colours.ink,
      "text-anchor": "middle",
    }),
    ...wires.map((it) =>
      element("path", { d: it.path, fill: "none", stroke: colours.wire, "stroke-width": 1.5 }),
    ),
    ...wires.map(({ label, labelAt: [centre, level], labelWidth }) =>
      wireLabel(label, centre, level, labelWidth, colours),
    ),
    ...plan.steps.flatMap((step) => {
      const box = boxes.get(step.node.id);
      return box ? [drawnCard(step, box, colours)] : [];
    }),
    text(middle, y + height - margin + 2, totals, {
      "font-size": 12.5,
      fill: colours.soft,
      "text-anchor": "middle",
    }),
  ];
  const size = [x, y, width, height].map((it) => Math.round(it));
  return `${element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: size.join(" "),
      width: Math.round(width),
      height: Math.round(height),
      role: "img",
      "font-family": sans,
    },
    `\n  ${parts.join("\n  ")}\n`,
  )}\n`;
}

/** On a patch of the ground, since it interrupts its wire. */
const wireLabel = (label: string, x: number, y: number, width: number, colours: Colours): string =>
  element("rect", { x: x - width / 2, y: y - 7, width, height: 14, fill: colours.ground }) +
  text(x, y + 3.5, label, {
    "font-size": labelSize,
    "font-family": mono,
    fill: colours.faint,
    "text-anchor": "middle",
  });

const totalLine = ({ parameters, macs, activationBytes, receptiveField }: Totals): string =>
  [
    counted(parameters, "parameter"),
    `${short(macs)} multiply-adds`,
    `${shortBytes(activationBytes)} activations`,
    `sees ${show(receptiveField)} pixels`,
  ].join(" · ");
