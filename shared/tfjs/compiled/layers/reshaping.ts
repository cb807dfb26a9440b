import { both } from "../../../nodes/kind.ts";
import { permutation } from "../../../nodes/random.ts";
import { sidesOf } from "../../../nodes/settings.ts";
import { isImage } from "../../../nodes/shape.ts";
import { runGather, runPad, runRepeatPixels, runSlice } from "../../../simd/run-copy.ts";
import { runBilinear, runBilinearGradient, runNearestGradient } from "../../../simd/run-upsampling.ts";
import type { RecordLayer, Site } from "../site.ts";
import { imageInto } from "./sums.ts";

// Layers that move pixels about.

export const zeroPad: RecordLayer = (site) => {
  const { recorder } = site;
  const [small, large, corner] = [before(site), behind(site), cornerOf(site)];
  runPad(recorder, large, corner, small, 0, site.input(), site.output());
  return (at) => {
    const dx = at.inputGradient();
    if (dx !== undefined) runSlice(recorder, large, corner, small, at.gradient, dx);
  };
};

export const crop: RecordLayer = (site) => {
  const { recorder } = site;
  const [small, large, corner] = [behind(site), before(site), cornerOf(site)];
  runSlice(recorder, large, corner, small, site.input(), site.output());
  return (at) => {
    const dx = at.inputGradient();
    if (dx !== undefined) runPad(recorder, large, corner, small, 0, at.gradient, dx);
  };
};

export const upsample: RecordLayer = (site) => {
  const { recorder, images, step } = site;
  const [height, width, channels] = imageInto(site);
  const [down, right] = both(step.values.size);
  const size = { images, height, width, channels, down, right };
  const blends = step.values.interpolation === "bilinear";
  const [x, out] = [site.input(), site.output()];
  if (blends) runBilinear(recorder, size, x, out);
  else runRepeatPixels(recorder, [images, height, width, channels], down, right, x, out);
  return (at) => {
    const dx = at.inputGradient();
    if (dx === undefined) return;
    if (blends) runBilinearGradient(recorder, size, at.gradient, dx);
    else runNearestGradient(recorder, size, at.gradient, dx);
  };
};

/** One fixed permutation of all positions; on the way back its inverse. */
export const shufflePixels: RecordLayer = (site) => {
  const { recorder, images, step } = site;
  const shape = site.inputShape();
  const [places, size] = isImage(shape) ? [shape[0] * shape[1], shape[2]] : [shape[0], 1];
  const order = Int32Array.from(permutation(places, Number(step.values.seed)));
  const inverse = new Int32Array(places);
  for (const [to, from] of order.entries()) inverse[from] = to;
  const grid = [images, places, size] as const;
  runGather(recorder, grid, places, site.table(order), site.input(), site.output());
  const wayBack = site.table(inverse);
  return (at) => {
    const dx = at.inputGradient();
    if (dx !== undefined) runGather(recorder, grid, places, wayBack, at.gradient, dx);
  };
};

const before = (site: Site): number[] => [site.images, ...site.inputShape()];
const behind = (site: Site): number[] => [site.images, ...site.step.output];

/** Where the smaller image lies in the larger one. */
function cornerOf({ step: { values } }: Site): number[] {
  const { amount } = values;
  if (typeof amount !== "number" && !Array.isArray(amount)) throw new Error("A border has no amount.");
  const [top, , left] = sidesOf(amount);
  return [0, top, left, 0];
}
