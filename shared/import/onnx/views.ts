import { isImage, type Shape, sameShape, show } from "../../nodes/shape.ts";
import {
  axesOf,
  dimsOf,
  type Flow,
  imageFlow,
  inOurOrder,
  type Places,
  placesOf,
  sizesOf,
  standing,
  through,
} from "./flow.ts";
import { reordered } from "./reordering.ts";
import { gap, type Site } from "./site.ts";

/**
 * The flow as an image whose height, width and channels stand at these axes. Where the design's value has another shape,
 * such as a vector that ONNX carries as [N, channels, 1, 1], a Reshape is placed.
 */
export function imageAt(site: Site, given: Flow, places: Places, suffix = "image"): Flow {
  const flow = seenAs(given, places) ? given : (reordered(site, given, places) ?? given);
  const seen = seenAs(flow, places);
  if (!seen)
    return gap(
      `It needs an image [N, channels, height, width], and ${shownDims(flow)} comes in, which lies in memory in another order than the design's.`,
    );
  if (sameShape(seen, flow.shape)) return flow;
  const layer = site.place("reshape", { target: seen }, [flow], { suffix });
  return { layer, shape: seen, factors: seen, axes: axesOf(places) };
}

/** The image that stands at these axes, whatever the shape of the design's value; undefined where it would be reordered. */
export function seenAs(flow: Flow, places: Places): Shape | undefined {
  if (flow.axes.length !== 4 || flow.axes[0] !== "examples" || !inOurOrder(flow, places)) return undefined;
  const [height = 1, width = 1, channels = 1] = sizesOf(flow, places);
  return [height, width, channels];
}

/** The flow as an image of which only height and width change, and where they stand; undefined where there is none such. */
export function pictured(
  site: Site,
  flow: Flow,
  changed: readonly number[],
): { flow: Flow; places: Places } | undefined {
  const places = [standing(flow), placesOf.first, placesOf.last].find(
    (it) => it && seenAs(flow, it) && changed.every((axis) => axis === it[0] || axis === it[1]),
  );
  return places && { flow: imageAt(site, flow, places), places };
}

/** An image [N, channels, height, width], as windows want it. */
export const windowed = (site: Site, flow: Flow): Flow => imageAt(site, flow, placesOf.first);

/** A vector [N, units]; an image that lies so is laid out by a Flatten. */
export function vector(site: Site, flow: Flow, suffix = "flatten"): Flow {
  if (flow.axes.length !== 2 || flow.axes[0] !== "examples")
    return gap(`It needs vectors [N, units], and ${shownDims(flow)} comes in.`);
  if (!isImage(flow.shape)) return flow;
  const layer = site.place("flatten", {}, [flow], { suffix });
  return { ...through(flow, layer), shape: layer.shape };
}

/** What a layer gives behind an image [N, channels, height, width]. */
export const imageFrom = (layer: Flow["layer"], shape: Shape): Flow => imageFlow(layer, shape, "first");

/** `N×3×224×224`. */
export const shownDims = (flow: Flow): string => show(dimsOf(flow)).replaceAll("NaN", "N");
