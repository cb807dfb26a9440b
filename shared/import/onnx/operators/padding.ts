import { pairOf } from "../../../nodes/settings.ts";
import { isImage } from "../../../nodes/shape.ts";
import { type Padding, paddingAlong, span } from "../../../nodes/window.ts";
import type { Flow } from "../flow.ts";
import { gap, type Site, text, whole, wholes } from "../site.ts";
import type { Layer } from "../sketch.ts";
import { imageFrom } from "../views.ts";

/** A window as ONNX describes it, along height and width. */
export interface Sliding {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Zeros at [top, left, bottom, right]; more behind where `ceil_mode` lets a window reach out. */
  readonly pads: Sides;
}
export type Sides = readonly [top: number, left: number, bottom: number, right: number];

/** The attributes that Conv, MaxPool and AveragePool have in common (Operators.md, Conv-1, -11, -22; MaxPool-8 to -22). */
export function slidingAt(site: Site, flow: Flow, kernel: readonly [number, number]): Sliding {
  const strides = pairAt(site, "strides");
  const dilations = pairAt(site, "dilations");
  const [height = 1, width = 1] = flow.shape;
  const reach = [span(kernel[0], dilations[0]), span(kernel[1], dilations[1])] as const;
  const pads = padsAt(site, [height, width], reach, strides);
  if (whole(site, "ceil_mode", 0) !== 1) return { kernel, strides, dilations, pads };
  const [top, left, bottom, right] = pads;
  return {
    kernel,
    strides,
    dilations,
    pads: [
      top,
      left,
      bottom + roundedUp(height + top + bottom - reach[0], strides[0], height + top),
      right + roundedUp(width + left + right - reach[1], strides[1], width + left),
    ],
  };
}

/** What ceil_mode adds behind so that a last window fits, if it still begins within the image or the padding before it. */
function roundedUp(free: number, stride: number, inside: number): number {
  const places = Math.ceil(free / stride);
  const last = places * stride >= inside ? places - 1 : places;
  return Math.max(last * stride - free, 0);
}

export function pairAt(site: Site, name: string): readonly [number, number] {
  const list = wholes(site, name);
  if (!list?.length) return [1, 1];
  const [height = 1, width = 1] = list;
  if (list.length !== 2) gap(`Its ${name} are ${list.join("×")}: a layer slides over height and width.`);
  return [height, width];
}

function padsAt(
  site: Site,
  sizes: readonly [number, number],
  reach: readonly [number, number],
  strides: readonly [number, number],
): Sides {
  const auto = text(site, "auto_pad", "NOTSET");
  if (auto === "VALID") return [0, 0, 0, 0];
  if (auto === "SAME_UPPER" || auto === "SAME_LOWER") {
    const [top, bottom] = paddingAlong(sizes[0], reach[0], strides[0], "same");
    const [left, right] = paddingAlong(sizes[1], reach[1], strides[1], "same");
    // SAME_LOWER puts the odd row before.
    return auto === "SAME_UPPER" ? [top, left, bottom, right] : [bottom, right, top, left];
  }
  const list = wholes(site, "pads");
  if (!list?.length) return [0, 0, 0, 0];
  const [top = 0, left = 0, bottom = 0, right = 0] = list;
  if (list.length !== 4 || list.some((it) => it < 0))
    gap(`Its pads are [${list.join(", ")}]: a layer takes four, which are 0 or more.`);
  return [top, left, bottom, right];
}

/** The word for these zeros, the one that the layer has from the start where both say the same; undefined where neither does. */
export function wordFor(
  { kernel, strides, dilations, pads }: Sliding,
  flow: Flow,
  preferred: Padding,
): Padding | undefined {
  const [height = 1, width = 1] = flow.shape;
  const says = (padding: Padding): boolean => {
    const [top, bottom] = paddingAlong(height, span(kernel[0], dilations[0]), strides[0], padding);
    const [left, right] = paddingAlong(width, span(kernel[1], dilations[1]), strides[1], padding);
    return [top, left, bottom, right].every((it, side) => it === pads[side]);
  };
  return [preferred, preferred === "same" ? ("valid" as const) : ("same" as const)].find(says);
}

/** The flow with zeros around it. */
export function bordered(site: Site, flow: Flow, [top, left, bottom, right]: Sides): Flow {
  const amount = [top, bottom, left, right];
  const layer = site.place("zeroPad2d", { amount: amount.every((it) => it === top) ? top : amount }, [flow], {
    suffix: "pad",
  });
  return imageFrom(layer, layer.shape);
}

/** Whether no value of a layer is below zero, so that zeros around it change no maximum. */
export function isNeverNegative(layer: Layer | undefined): boolean {
  let here = layer;
  for (let steps = 0; here && steps < 64; steps++) {
    const name = here.kind === "activation" ? here.values.function : here.values.activation;
    if (positive.has(String(name))) return true;
    if (!keeping.has(here.kind)) return false;
    here = here.inputs[0]?.layer;
  }
  return false;
}

const positive: ReadonlySet<string> = new Set(["relu", "sigmoid", "softmax", "softplus"]);
const keeping: ReadonlySet<string> = new Set([
  "maxPool2d",
  "avgPool2d",
  "zeroPad2d",
  "crop2d",
  "dropout",
  "spatialDropout2d",
  "upsample2d",
]);

/** `3`, where a window is square, and `[3, 5]` where it is not. */
export const sizeSetting = (size: readonly [number, number]): number | readonly number[] =>
  size[0] === size[1] ? size[0] : size;

/** Whether both layers of settings mean the same size. */
export const isSquareOne = (size: readonly number[]): boolean => pairOf(size).every((it) => it === 1);

/** The word that the layer of a file of our own has, else the kind's own. */
export function preferredPadding(site: Site, initial: Padding): Padding {
  const padding = site.own ? (site.own.values.padding ?? initial) : initial;
  return padding === "valid" ? "valid" : "same";
}

/** The shape is an image's: `windowed` has seen to it. */
export const channelsOf = (flow: Flow): number => (isImage(flow.shape) ? flow.shape[2] : 1);
