import type { Broadcast } from "../../../simd/broadcast.ts";
import { flat } from "../../../simd/broadcast.ts";
import { Binary } from "../../../simd/kernels/protocol.ts";
import { combine, combineFlat } from "../../../simd/run-elementwise.ts";
import { fillMask, fillNormal } from "../../layers/random-fill.ts";
import type { RecordLayer, Site } from "../site.ts";
import { unchanged } from "./plain.ts";

// Masks and noise are drawn anew for every step, the same as on every other backend.

export const dropout: RecordLayer = (site) => masked(site, site.count, flat(site.count));

/** Drops whole feature maps. */
export const spatialDropout: RecordLayer = (site) => {
  const { images } = site;
  const channels = site.step.output.at(-1) ?? 1;
  const pixels = site.count / (images * channels);
  return masked(site, images * channels, {
    ...{ shape: [images, pixels, channels], outer: images, rows: pixels, inner: channels },
    a: { outerStep: pixels * channels, rowStep: channels, single: false },
    b: { outerStep: channels, rowStep: 0, single: false },
  });
};

export const gaussianNoise: RecordLayer = (site) => {
  const { recorder, count } = site;
  const deviation = Number(site.step.values.deviation);
  if (deviation === 0) return unchanged(site);
  const noise = site.keep(count);
  recorder.call(() => fillNormal(site.floatsAt(noise, count), deviation, site.seedNow("noise")));
  combineFlat(recorder, Binary.add, count, site.input(), noise, site.output());
  return (at) => at.passBack();
};

function masked(site: Site, size: number, spread: Broadcast) {
  const { recorder } = site;
  const rate = Number(site.step.values.rate);
  if (rate === 0) return unchanged(site);
  const mask = site.keep(size);
  recorder.call(() => fillMask(site.floatsAt(mask, size), rate, site.seedNow("dropout")));
  combine(recorder, Binary.multiply, spread, site.input(), mask, site.output());
  return (at: Parameters<ReturnType<RecordLayer>>[0]) => {
    at.replaceGradient((from, to) => combine(recorder, Binary.multiply, spread, from, mask, to));
    at.passBack();
  };
}
