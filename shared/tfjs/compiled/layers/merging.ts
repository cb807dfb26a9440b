import { Binary } from "../../../simd/kernels/protocol.ts";
import { combineFlat } from "../../../simd/run-elementwise.ts";
import type { RecordLayer } from "../site.ts";

/** The sum of inputs of one shape; each gets the whole gradient. */
export const add: RecordLayer = (site) => {
  const { recorder, count } = site;
  const out = site.output();
  for (const slot of site.step.inputs.keys())
    if (slot > 0)
      combineFlat(recorder, Binary.add, count, slot === 1 ? site.input(0) : out, site.input(slot), out);
  return (at) => {
    for (const slot of site.step.inputs.keys()) at.passBack(slot);
  };
};
