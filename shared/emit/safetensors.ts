import { strToU8 } from "fflate";
import type { Plan } from "../compile/plan.ts";
import { volume } from "../nodes/shape.ts";
import { counted } from "./figures.ts";
import { inOneLine } from "./keras-program.ts";
import { torchNames } from "./pytorch/names.ts";
import { reordered, torchTensors } from "./pytorch/tensors.ts";
import { notFinite } from "./sound-weights.ts";
import type { FileExport, GivenWeights, Subject } from "./subject.ts";

/**
 * The weights as a safetensors file that the emitted PyTorch program loads: float32 tensors called
 * `<node id>.<PyTorch's name>` (`conv_1.weight`, `norm_1.running_mean`, `separable_1.depthwise.weight`) in PyTorch's axis
 * order (`torchTensors` lists them). A node id that Python or PyTorch reserves has `_` behind it, as in the program.
 * `__metadata__` says "trained" or "initial" and names the design.
 * Format: 8 bytes little-endian length of the header, the header in JSON, padded with spaces to a multiple of 8, and the
 * values without gaps (github.com/huggingface/safetensors, "Format"). Refuses, with a sentence, weights that are not finite
 * and designs whose weights exceed 2 GiB. The weights must fit the plan.
 */
export function safetensors({ title, plan }: Subject, { weights, trained }: GivenWeights): FileExport {
  const refused = tooLargeForSafetensors(plan) ?? notFinite(plan, weights);
  if (refused) return { refused };
  const name = torchNames(plan);
  const tensors = plan.steps.flatMap((step) =>
    torchTensors(step).map((tensor, index) => {
      const values = weights[step.node.id]?.[index];
      const stored = step.weights[index];
      if (!values || !stored) throw new Error(`${step.node.id} has no ${tensor.name}.`);
      return { ...tensor, name: `${name(step.node.id)}.${tensor.name}`, values, stored };
    }),
  );
  const entries = new Map<string, object>([
    ["__metadata__", { format: "pt", design: inOneLine(title), weights: trained ? "trained" : "initial" }],
  ]);
  let length = 0;
  for (const it of tensors) {
    const start = length;
    length += 4 * volume(it.shape);
    entries.set(it.name, { dtype: "F32", shape: it.shape, data_offsets: [start, length] });
  }
  const json = strToU8(JSON.stringify(Object.fromEntries(entries)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + length);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  file.fill(" ".charCodeAt(0), 8, 8 + headerLength);
  file.set(json, 8);
  let at = 8 + headerLength;
  for (const { values, stored, order } of tensors)
    for (const value of reordered(values, stored.shape, order)) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  return { bytes: file };
}

/** Why the design's weights are too many for one file, in a sentence. */
export const tooLargeForSafetensors = ({ totals: { parameters } }: Plan): string | undefined =>
  // Longer arrays than this do not exist in every engine.
  4 * parameters > 2 ** 31
    ? `The design has ${counted(parameters, "parameter")}: more than a file of 2 GiB holds. Make its largest layer smaller.`
    : undefined;
