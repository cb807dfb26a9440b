import { Activation, Unary } from "../../../simd/kernels/protocol.ts";
import { transform } from "../../../simd/run-elementwise.ts";
import { runAffine } from "../../../simd/run-merge.ts";
import { activated, isLinear } from "../activation.ts";
import type { RecordLayer } from "../site.ts";

/** Another shape, or nothing at all: the same numbers in the same order. */
export const unchanged: RecordLayer = (site) => {
  site.passOn();
  return (at) => at.passBack();
};

export const activation: RecordLayer = (site) => {
  if (isLinear(site)) return unchanged(site);
  const { recorder, count } = site;
  const back = activated(site, (fused, out) =>
    transform(recorder, fused === Activation.relu ? Unary.relu : Unary.copy, count, site.input(), out),
  );
  return (at) => {
    back(at);
    at.passBack();
  };
};

export const rescale: RecordLayer = ({ recorder, count, step, ...site }) => {
  const scale = Number(step.values.scale);
  runAffine(recorder, count, scale, Number(step.values.offset), site.input(), site.output());
  return (at) => {
    at.replaceGradient((from, to) => runAffine(recorder, count, scale, 0, from, to));
    at.passBack();
  };
};
