import { type Derivation, derivationsOf } from "../../shared/compile/derivations.ts";
import { designDerivations } from "../../shared/compile/design-derivations.ts";
import { depthOf, longestPath } from "../../shared/compile/longest-path.ts";
import { inferenceBytes, optimizerSlots, peakMemory, trainingBytes } from "../../shared/compile/memory.ts";
import type { Plan, Step } from "../../shared/compile/plan.ts";
import { jumpOf, offsetOf, paddingShare } from "../../shared/compile/receptive-field.ts";
import { shareDerivations, sharesOf } from "../../shared/compile/shares.ts";
import { worth } from "../../shared/nodes/expression.ts";
import { isImage, volume } from "../../shared/nodes/shape.ts";
import type { Recipe } from "../../shared/train/recipe.ts";

/** Everything that is known of a layer, in a fixed order. Values of a vector have no places, so no jump and no offset. */
export function layerJson(plan: Plan, step: Step, { batch }: Recipe, explain: boolean): object {
  const { node, kind, output, view, whole } = step;
  const stored = (role: string): number =>
    step.weights.filter((it) => it.role === role).reduce((sum, it) => sum + volume(it.shape), 0);
  const axes = <T>(of: (axis: 0 | 1) => T): readonly T[] | null => (isImage(output) ? [of(0), of(1)] : null);
  return {
    id: node.id,
    kind: kind.name,
    output,
    parameters: step.parameters,
    trainable: step.trainable,
    frozen: stored("frozen"),
    states: stored("state"),
    macs: step.macs,
    additions: step.additions,
    comparisons: step.comparisons,
    memory: {
      inference: worth(inferenceBytes(step, batch)),
      training: worth(trainingBytes(plan, step, batch)),
    },
    receptiveField: step.receptiveField,
    jump: axes((axis) => jumpOf(view[axis])),
    offset: axes((axis) => offsetOf(view[axis])),
    paddingShare: isImage(output) ? paddingShare(view, whole) : null,
    share: sharesOf(step, plan.totals),
    ...(explain
      ? {
          derivations: [...derivationsOf(plan, node.id, batch), ...shareDerivations(step, plan.totals)].map(
            derivationJson,
          ),
        }
      : {}),
  };
}

/** The totals of a design, in a fixed order. The longest path is told by its ids. */
export function totalsJson(plan: Plan, { batch, optimizer }: Recipe): object {
  const { parameters, trainable, macs, additions, comparisons, activationBytes, receptiveField } =
    plan.totals;
  const { inference, training } = peakMemory(plan, batch, optimizerSlots[optimizer.name]);
  return {
    parameters,
    trainable,
    macs,
    additions,
    comparisons,
    activationBytes,
    peakMemory: { inference: inference.bytes, training: training.bytes, batch, optimizer: optimizer.name },
    receptiveField,
    depth: depthOf(plan),
    longestPath: longestPath(plan),
  };
}

export const totalDerivationsJson = (plan: Plan, { batch, optimizer }: Recipe): readonly object[] =>
  designDerivations(plan, batch, optimizerSlots[optimizer.name]).map(derivationJson);

const derivationJson = ({
  quantity,
  title,
  value,
  lines,
}: Omit<Derivation, "quantity"> & { readonly quantity: string }): object => ({
  quantity,
  title,
  value,
  lines,
});
