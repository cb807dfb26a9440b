import { isImage } from "../../nodes/shape.ts";
import { mono, text } from "../svg/card.ts";
import { element, rounded } from "../svg/markup.ts";
import type { Colours } from "../svg/theme.ts";
import { lineHeight, looks } from "./captions.ts";
import type { Placed } from "./places.ts";
import { copyShift, signOf } from "./solids.ts";
import { type Tints, tintsOf } from "./tints.ts";
import type { Patch } from "./windows.ts";

/** A rectangle in pixels. */
export interface Face {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The front of one of a block's copies, the first from the left. */
export function frontOf({ x, axis, solid }: Placed, copy = 0): Face {
  const { width, height } = solid;
  return { x: x + copy * copyShift, y: axis - height / 2, width, height };
}

/** The part of a face that a patch covers; at least `least` pixels each way, so that one value can be seen. */
export function onFace({ x, y, width, height }: Face, patch: Patch, least: number): Face {
  const wide = Math.max(least, width * (patch.right - patch.left));
  const high = Math.max(least, height * (patch.bottom - patch.top));
  const left = x + (width * (patch.left + patch.right) - wide) / 2;
  const top = y + (height * (patch.top + patch.bottom) - high) / 2;
  return {
    x: Math.min(Math.max(left, x), x + width - wide),
    y: Math.min(Math.max(top, y), y + height - high),
    width: wide,
    height: high,
  };
}

/** A box, a bar, or a sign in a circle. */
export function drawnBlock(placed: Placed, colours: Colours): string {
  const { block, solid } = placed;
  const tints = tintsOf(colours.families[block.step.kind.family], colours);
  const sign = signOf(block);
  const copies = Array.from({ length: solid.copies }, (_, copy) => frontOf(placed, copy));
  const parts = copies.flatMap((face) => {
    if (sign !== undefined) return circle(face, sign, tints, colours);
    return solid.look === "vector" ? bar(face, block.step.output[0], tints) : box(face, placed, tints);
  });
  return element("g", {}, `\n    ${parts.join("\n    ")}\n  `);
}

const line = { "stroke-width": 1, "stroke-linejoin": "round" } as const;

function box(
  face: Face,
  { solid: { right, up }, block }: Placed,
  { front, top, side, edge }: Tints,
): string[] {
  const { x, y, width, height } = face;
  const [x2, y2] = [x + width, y + height];
  const slant = `l${pair(right, -up)}`;
  const stroke = { ...line, stroke: edge };
  const { output } = block.step;
  const channels = isImage(output) ? output[2] : 1;
  return [
    element("path", {
      d: `M${pair(x, y)} ${slant} h${rounded(width)} L${pair(x2, y)} z`,
      fill: top,
      ...stroke,
    }),
    element("path", {
      d: `M${pair(x2, y)} ${slant} v${rounded(height)} L${pair(x2, y2)} z`,
      fill: side,
      ...stroke,
    }),
    // Few channels are shown as slices.
    ...(channels > 1 && Math.hypot(right, up) / channels >= 2.4
      ? [
          element("path", {
            d: slices(face, right, up, channels),
            fill: "none",
            stroke: edge,
            "stroke-width": 0.5,
          }),
        ]
      : []),
    element("rect", { x, y, width, height, fill: front, ...stroke }),
  ];
}

const slices = ({ x, y, width, height }: Face, right: number, up: number, channels: number): string =>
  Array.from({ length: channels - 1 }, (_, index) => {
    const share = (index + 1) / channels;
    return `M${pair(x + share * right, y - share * up)} h${rounded(width)} v${rounded(height)}`;
  }).join(" ");

/** Few units are shown as cells. */
function bar({ x, y, width, height }: Face, units: number, { front, edge }: Tints): string[] {
  const cell = height / units;
  const cuts = Array.from(
    { length: units - 1 },
    (_, index) => `M${pair(x, y + (index + 1) * cell)} h${width}`,
  );
  return [
    element("rect", { x, y, width, height, rx: Math.min(2, height / 4), fill: front, stroke: edge, ...line }),
    ...(units > 1 && cell >= 3.5
      ? [element("path", { d: cuts.join(" "), fill: "none", stroke: edge, "stroke-width": 0.6 })]
      : []),
  ];
}

function circle({ x, y, width }: Face, sign: string, { front, edge }: Tints, { ink }: Colours): string[] {
  const radius = width / 2;
  const size = sign.length > 1 ? 10 : 17;
  return [
    element("circle", { cx: x + radius, cy: y + radius, r: radius, fill: front, stroke: edge, ...line }),
    text(x + radius, y + radius + size * 0.35, sign, {
      "font-size": size,
      "font-weight": 600,
      fill: ink,
      "text-anchor": "middle",
    }),
  ];
}

/** The lines under a block, centred. */
export function drawnCaption({ caption, centre, captionTop }: Placed, colours: Colours): string[] {
  const fills = {
    shape: colours.ink,
    operation: colours.soft,
    remark: colours.soft,
    name: colours.faint,
  };
  return caption.lines.map(({ text: words, look }, index) =>
    text(centre, captionTop + 11 + index * lineHeight, words, {
      "font-size": looks[look].size,
      ...(looks[look].mono ? { "font-family": mono } : {}),
      ...(looks[look].weight === 400 ? {} : { "font-weight": looks[look].weight }),
      fill: fills[look],
      "text-anchor": "middle",
    }),
  );
}

export const pair = (x: number, y: number): string => `${rounded(x)},${rounded(y)}`;
