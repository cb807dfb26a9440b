import { notFinite } from "./sound-weights.ts";
import type { FileExport, GivenWeights, Subject } from "./subject.ts";
import { writeWeightsFile } from "./weights-file.ts";

/**
 * The weights as the `.npz` file that the Keras programs load (`writeWeightsFile` says what is in it). Refuses, with a
 * sentence, weights that are not finite. The weights must fit the plan.
 */
export function npz({ plan }: Subject, { weights }: GivenWeights): FileExport {
  const refused = notFinite(plan, weights);
  return refused ? { refused } : { bytes: writeWeightsFile(plan, weights) };
}
