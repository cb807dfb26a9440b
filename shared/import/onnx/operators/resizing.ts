import { axesOf, dimsOf, type Flow } from "../flow.ts";
import { arrayAt, gap, type Readers, type Site, text, wholes } from "../site.ts";
import { listOf } from "../tensor.ts";
import { pictured, shownDims } from "../views.ts";
import { sizeSetting } from "./padding.ts";

export const resizing: Readers = { Resize: resize, Upsample: resize };

/**
 * Upsample-7 (scales as an attribute) and -9, Resize-10, -11 and later. Our layer repeats pixels or blends between their
 * centres, a whole number of times.
 */
function resize(site: Site): Flow {
  const given = site.flow(0);
  const scales = scalesAt(site, given);
  const changed = scales.flatMap((it, place) => (Math.abs(it - 1) > 1e-6 ? [place] : []));
  const image = pictured(site, given, changed);
  if (!image)
    return gap(`It makes ${shownDims(given)} ${shown(scales)} times as large, and Upsample 2D images.`);
  const { flow, places } = image;
  const size = [scales[places[0]] ?? 1, scales[places[1]] ?? 1] as const;
  if (!size.every((it) => Number.isInteger(it) && it >= 1))
    gap(
      `It makes ${shownDims(flow)} ${shown(scales)} times as large, and Upsample 2D a whole number of times.`,
    );
  const mode = text(site, "mode", "nearest");
  const isNearest = mode === "nearest";
  const values = { size: sizeSetting(size), interpolation: isNearest ? "nearest" : "bilinear" };
  const layer = site.place("upsample2d", values, [flow]);
  const difference = isNearest ? nearestDifference(site, flow, size) : blendDifference(site, mode, size);
  if (difference) layer.differences.push(difference);
  return { layer, shape: layer.shape, factors: layer.shape, axes: axesOf(places) };
}

const shown = (scales: readonly number[]): string =>
  scales.map((it) => (Number.isNaN(it) ? 1 : it)).join("×");

function scalesAt(site: Site, flow: Flow): readonly number[] {
  const { attributes } = site.operation;
  const told = attributes.get("scales")?.reals;
  if (told?.length) return told;
  const [scalesSlot, sizesSlot] = site.opset >= 11 ? [2, 3] : [1, -1];
  const dims = dimsOf(flow);
  const axes = wholes(site, "axes");
  const full = (list: readonly number[]): readonly number[] =>
    axes?.length ? dims.map((_, place) => list[axes.indexOf(place)] ?? Number.NaN) : list;
  if (sizesSlot > 0 && site.has(sizesSlot)) {
    const sizes = full(listOf(arrayAt(site, sizesSlot, "size")));
    return sizes.map((it, place) => (place === flow.axes.indexOf("examples") ? 1 : it / (dims[place] ?? 1)));
  }
  const scales = full(listOf(arrayAt(site, scalesSlot, "scale")));
  if (scales.length !== dims.length) gap(`Its ${scales.length} scales do not fit ${shownDims(flow)}.`);
  return scales;
}

/** Resize-10 and Upsample count from the corner; Resize-11 and later have words for it. */
const coordinates = (site: Site): string =>
  site.operation.operator === "Upsample" || site.opset < 11
    ? "asymmetric"
    : text(site, "coordinate_transformation_mode", "half_pixel");

/** Whether every pixel of the result is the one that ours repeats, ⌊i / size⌋. */
function nearestDifference(site: Site, flow: Flow, size: readonly [number, number]): string | undefined {
  const mode = coordinates(site);
  const rounding = site.opset < 11 ? "floor" : text(site, "nearest_mode", "round_prefer_floor");
  const isSame = size.every((scale, axis) => {
    const length = flow.shape[axis] ?? 1;
    return Array.from({ length: Math.min(length * scale, 4096) }, (_, at) => at).every(
      (at) =>
        Math.min(Math.max(rounded(originOf(at, mode, scale, length), rounding), 0), length - 1) ===
        Math.floor(at / scale),
    );
  });
  return isSame
    ? undefined
    : `The file takes its pixels by other rules (${mode}, ${rounding}), so that some are neighbours.`;
}

/** Where a pixel of the result comes from (Resize's coordinate_transformation_mode). */
function originOf(at: number, mode: string, scale: number, length: number): number {
  if (mode === "asymmetric") return at / scale;
  if (mode === "align_corners") return length * scale === 1 ? 0 : (at * (length - 1)) / (length * scale - 1);
  if (mode === "tf_half_pixel_for_nn") return (at + 0.5) / scale;
  return (at + 0.5) / scale - 0.5;
}

function rounded(at: number, rounding: string): number {
  if (rounding === "floor") return Math.floor(at);
  if (rounding === "ceil") return Math.ceil(at);
  return rounding === "round_prefer_ceil" ? Math.floor(at + 0.5) : Math.ceil(at - 0.5);
}

function blendDifference(site: Site, mode: string, size: readonly [number, number]): string | undefined {
  if (mode !== "linear") return `It is ${mode} in the file and bilinear in the design.`;
  const way = coordinates(site);
  if (way === "half_pixel" || way === "pytorch_half_pixel" || size.every((it) => it === 1)) return undefined;
  return `The file places pixels by another rule (${way}), the design by their centres.`;
}
