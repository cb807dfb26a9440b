import {
  drawnArrows,
  type Operation,
  operationOf,
  operations,
  rowMargin,
  strokeOf,
} from "./figure/arrows.ts";
import { blocksOf } from "./figure/blocks.ts";
import { drawnBlock, drawnCaption } from "./figure/draw-block.ts";
import { drawnWindows } from "./figure/draw-window.ts";
import { type Figure, placedFigure } from "./figure/places.ts";
import { type Scales, scalesFor } from "./figure/solids.ts";
import { inOneLine } from "./keras-program.ts";
import type { Subject } from "./subject.ts";
import { sans, text } from "./svg/card.ts";
import { element, escaped } from "./svg/markup.ts";
import { textWidth } from "./svg/text-width.ts";
import { type Colours, type Theme, themes } from "./svg/theme.ts";

const margin = 24;
const noteSize = 11;

/**
 * The typical shape of a CNN as a figure for a paper (SVG 1.1): images as boxes, vectors as bars, drawn to a scale that
 * the last line states; under each its shape, layer, window and name; on each image the window of the next layer with
 * lines to the value it becomes; arrows by operation, explained below. Presentation attributes only.
 */
export function figure({ title, plan }: Subject, theme: Theme = "light"): string {
  const colours = themes[theme];
  const blocks = blocksOf(plan);
  const scales = scalesFor(blocks);
  const placed = placedFigure(blocks, scales);
  const all = [...placed.placed.values()];
  const used = operations.filter((name) =>
    placed.wires.some(({ to }) => {
      const target = placed.placed.get(to);
      return target && operationOf(target.block.step) === name;
    }),
  );
  const several = placed.rows.length > 1;
  const right = Math.max(0, ...placed.rows.map((it) => it.right)) + (several ? rowMargin : 0);
  const left = several ? -rowMargin : 0;
  const bottom = placed.rows.at(-1)?.bottom ?? 0;
  const legend = legendOf(used, colours);
  const note = noteOf(placed, scales);
  const inner = Math.max(right - left, legend.width, textWidth(note, noteSize));
  const middle = (left + right) / 2;
  const width = inner + 2 * margin;
  const height = bottom + 2 * margin + 62;
  const x = middle - width / 2;
  const y = -margin;
  const parts = [
    element("title", {}, escaped(inOneLine(title))),
    element("desc", {}, escaped(blocks.map((it) => it.step.kind.title).join(" → "))),
    element("rect", { x, y, width, height, fill: colours.ground }),
    ...drawnArrows(placed, colours),
    ...all.map((it) => drawnBlock(it, colours)),
    ...drawnWindows(placed, colours),
    ...all.flatMap((it) => drawnCaption(it, colours)),
    ...legend.drawn(middle - legend.width / 2, bottom + 40),
    text(middle, bottom + 62, note, { "font-size": noteSize, fill: colours.faint, "text-anchor": "middle" }),
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

interface Legend {
  readonly width: number;
  drawn(x: number, y: number): string[];
}

function legendOf(used: readonly Operation[], colours: Colours): Legend {
  const size = 12;
  const [sample, gap, apart] = [26, 8, 24];
  const entries = used
    .filter((it) => it !== "other")
    .map((name) => ({ name, width: sample + gap + textWidth(name, size) }));
  return {
    width: entries.reduce((sum, it) => sum + it.width + apart, -apart),
    drawn(x, y) {
      let at = x;
      return entries.flatMap(({ name, width }) => {
        const { colour, width: thick, dashes } = strokeOf(name, colours);
        const start = at;
        at += width + apart;
        return [
          element("path", {
            d: `M${start},${y} h${sample - 6}`,
            fill: "none",
            stroke: colour,
            "stroke-width": thick,
            ...(dashes ? { "stroke-dasharray": dashes } : {}),
          }),
          element("path", { d: `M${start + sample},${y} l-7,-3.4 v6.8 z`, fill: colour }),
          text(start + sample + gap, y + 4, name, { "font-size": size, fill: colours.soft }),
        ];
      });
    },
  };
}

/** The scale in words. */
function noteOf({ placed }: Figure, scales: Scales): string {
  const looks = new Set([...placed.values()].map((it) => it.solid.look));
  const { sides, channels, units } = scales;
  const parts = [
    ...(looks.has("image") ? [`height and width ${sides.law}`, `channels ${channels.law}`] : []),
    ...(looks.has("vector") ? [`vectors ${units.law}`] : []),
  ];
  return `Scales: ${parts.join(", ")}`;
}
