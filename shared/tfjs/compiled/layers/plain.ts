import { Activation, Unary } from "../../../simd/kernels/protocol.ts";
import { transform } from "../../../simd/run-elementwise.ts";
import { activated, activationOf } from "../activation.ts";
import type { RecordLayer } from "../site.ts";

/** Another shape, or nothing at all: the same numbers in the same order. */
export const unchanged: RecordLayer = (site) => {
  site.passOn();
  return (at) => at.passBack();
};

export const activation: RecordLayer = (site) => {
  if (activationOf(site) === "linear") return unchanged(site);
  const back = activated(site, (fused, out) =>
    transform(
      site.recorder,
      fused === Activation.relu ? Unary.relu : Unary.copy,
      site.count,
      site.input(),
      out,
    ),
  );
  return (at) => {
    back(at);
    at.passBack();
  };
};
