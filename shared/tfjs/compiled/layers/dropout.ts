import { Binary } from "../../../simd/kernels/protocol.ts";
import { combineFlat } from "../../../simd/run-elementwise.ts";
import { fillMask } from "../../layers/random-fill.ts";
import type { RecordLayer } from "../site.ts";
import { unchanged } from "./plain.ts";

/** The mask is drawn anew for every step, the same as on every other backend. */
export const dropout: RecordLayer = (site) => {
  const { recorder, count } = site;
  const rate = Number(site.step.values.rate);
  if (rate === 0) return unchanged(site);
  const mask = site.keep(count);
  recorder.call(() => fillMask(site.floatsAt(mask, count), rate, site.seedNow("dropout")));
  combineFlat(recorder, Binary.multiply, count, site.input(), mask, site.output());
  return (at) => {
    at.replaceGradient((from, to) => combineFlat(recorder, Binary.multiply, count, from, mask, to));
    at.passBack();
  };
};
