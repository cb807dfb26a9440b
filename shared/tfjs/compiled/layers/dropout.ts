import { Binary } from "../../../simd/kernels/protocol.ts";
import { type DropoutSize, runDropout } from "../../../simd/run-dropout.ts";
import { combineFlat } from "../../../simd/run-elementwise.ts";
import { fillNormal } from "../../layers/random-fill.ts";
import type { RecordGradients, RecordLayer, Site } from "../site.ts";
import { unchanged } from "./plain.ts";

// Masks and noise are drawn anew for every step, the same as on every other backend.

export const dropout: RecordLayer = (site) => dropped(site, { outer: 1, pixels: 1, channels: site.count });

/** Drops whole feature maps. */
export const spatialDropout: RecordLayer = (site) => {
  const { images, count, step } = site;
  const channels = step.output.at(-1) ?? 1;
  return dropped(site, { outer: images, pixels: count / (images * channels), channels });
};

function dropped(site: Site, size: DropoutSize): RecordGradients {
  const { recorder } = site;
  const rate = Number(site.step.values.rate);
  if (rate === 0) return unchanged(site);
  const seed = site.keep(1);
  recorder.call(() => {
    site.wordsAt(seed, 1)[0] = site.seedNow("dropout");
  });
  runDropout(recorder, size, rate, seed, site.input(), site.output());
  return (at) => {
    at.replaceGradient((from, to) => runDropout(recorder, size, rate, seed, from, to));
    at.passBack();
  };
}

export const gaussianNoise: RecordLayer = (site) => {
  const { recorder, count } = site;
  const deviation = Number(site.step.values.deviation);
  if (deviation === 0) return unchanged(site);
  const noise = site.keep(count);
  recorder.call(() => fillNormal(site.floatsAt(noise, count), deviation, site.seedNow("noise")));
  combineFlat(recorder, Binary.add, count, site.input(), noise, site.output());
  return (at) => at.passBack();
};
