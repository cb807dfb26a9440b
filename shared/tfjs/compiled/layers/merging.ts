import { sameShape } from "../../../nodes/shape.ts";
import { runInsert, runSlice } from "../../../simd/run-copy.ts";
import { type Merge, mergeWorkspace, runMerge, runMergeGradient } from "../../../simd/run-merge.ts";
import type { RecordLayer, Site } from "../site.ts";

/** Joins inputs value by value; one that has size 1 along an axis is repeated along it. */
export const joined =
  (operation: Merge["operation"]): RecordLayer =>
  (site) => {
    const { recorder, images, step } = site;
    const shapes = step.inputs.map((it) => [images, ...it]);
    const merge: Merge = { operation, shape: [images, ...step.output], shapes };
    const inputs = step.inputs.map((_, slot) => site.input(slot));
    const workspace = site.keep(mergeWorkspace(merge));
    const out = site.output();
    runMerge(recorder, merge, inputs, out, workspace);
    return (at) => {
      if (operation === "add" && step.inputs.every((it) => sameShape(it, step.output))) {
        // Each gets the whole gradient, and none needs a copy.
        for (const slot of step.inputs.keys()) at.passBack(slot);
        return;
      }
      const results = step.inputs.map((_, slot) => at.inputGradient(slot) ?? 0);
      runMergeGradient(recorder, merge, inputs, out, at.gradient, results, workspace);
    };
  };

/** Along the last axis. */
export const concat: RecordLayer = (site) => {
  const { recorder, step } = site;
  const [rows, columns] = table(site, step.output.at(-1) ?? 1);
  const out = site.output();
  const parts: { readonly slot: number; readonly from: number; readonly size: number }[] = [];
  let from = 0;
  for (const [slot, shape] of step.inputs.entries()) {
    const size = shape.at(-1) ?? 1;
    parts.push({ slot, from, size });
    runInsert(recorder, [rows, columns], [0, from], [rows, size], site.input(slot), out);
    from += size;
  }
  return (at) => {
    for (const { slot, from, size } of parts) {
      const dx = at.inputGradient(slot);
      if (dx !== undefined) runSlice(recorder, [rows, columns], [0, from], [rows, size], at.gradient, dx);
    }
  };
};

const table = ({ count }: Site, columns: number): readonly [number, number] => [count / columns, columns];
