import { isVector } from "../../nodes/shape.ts";
import type { Repair, Step } from "../plan.ts";
import { change, remove } from "../repairs/edits.ts";
import { backOver, defineRule, type Found, functionOf, functionSetting, type Reading, sums } from "./rule.ts";

const isSoftmax = (step: Step): boolean => functionOf(step) === "softmax";

/** Layers that hand values on without weights, and without a function of their own. */
const handsOn = (step: Step): boolean =>
  step.weights.length === 0 && step.kind.family !== "merge" && (functionOf(step) ?? "linear") === "linear";

const setFunction = (step: Step, to: string): Repair =>
  change(
    step.node.id,
    { [functionSetting(step)]: to },
    `Set ${functionSetting(step)} of ${step.node.id} to ${to}`,
  );

/** The softmax that a softmax is applied to. */
function softmaxBefore(reading: Reading, step: Step): Step | undefined {
  const source = step.weights.length ? undefined : backOver(reading, step, handsOn);
  return source && isSoftmax(source) ? source : undefined;
}

export const softmaxTwice = defineRule({
  code: "softmax-twice",
  why: "Softmax turns scores into probabilities. Applied again it makes them nearly equal, so that the network can hardly be sure of anything and learns slowly.",
  find: (reading) =>
    reading.plan.steps.filter(isSoftmax).flatMap((second): readonly Found[] => {
      const first = softmaxBefore(reading, second);
      if (!first) return [];
      return [
        {
          nodes: [second.node.id, first.node.id],
          message: `${second.node.id} applies softmax to what ${first.node.id} has applied it to already.`,
          candidates: () => [
            ...(second.kind.name === "activation" ? [remove(second.node.id)] : []),
            setFunction(first, "linear"),
          ],
        },
      ];
    }),
});

export const softmaxInside = defineRule({
  code: "softmax-inside",
  why: "Softmax makes the values of a layer compete for a sum of 1, so most of them end near 0 and little gets through to the layers behind. Inside a network use ReLU; softmax belongs at the end.",
  find: (reading) =>
    reading.plan.steps.filter(isSoftmax).flatMap((step): readonly Found[] => {
      const next = nextSum(reading, step);
      if (!next) return [];
      return [
        {
          nodes: [step.node.id],
          message: `${step.node.id} applies softmax, and ${next.node.id} goes on from its ${step.output.at(-1)} probabilities.`,
          candidates: () => [setFunction(step, "relu")],
        },
      ];
    }),
});

/** A layer with weights that gets a layer's values through others without; products use softmax as a gate. */
function nextSum({ readers }: Reading, step: Step): Step | undefined {
  const open = [...readers(step)];
  const met = new Set(open);
  for (let at = open.pop(); at; at = open.pop()) {
    if (sums(at)) return at;
    if (!handsOn(at)) continue;
    for (const it of readers(at)) if (!met.has(it)) open.push(it);
    for (const it of readers(at)) met.add(it);
  }
  return undefined;
}

export const softmaxOfOne = defineRule({
  code: "softmax-of-one",
  why: "Softmax shares out a probability of 1 among the values of a layer. A single value always gets all of it, whatever the image shows.",
  find: ({ plan }) =>
    plan.steps
      .filter((it) => isSoftmax(it) && it.output.at(-1) === 1)
      .map((step) => {
        const { node, kind } = step;
        const size = "units" in kind.settings ? "units" : "filters" in kind.settings ? "filters" : undefined;
        return {
          nodes: [node.id],
          message: `${node.id} applies softmax to one value: the result is always 1.`,
          candidates: () => [
            ...(size ? [change(node.id, { [size]: 2 }, `Set ${size} to 2, one for each class`)] : []),
            setFunction(step, "linear"),
          ],
        };
      }),
});

/** What the functions do to the scores that the loss needs as they are. */
const harm: Readonly<Record<string, string>> = {
  relu: "every score below 0 becomes 0, and those classes stop learning",
  sigmoid: "scores stay between 0 and 1, so no class can get more than 2.7 times the probability of another",
  tanh: "scores stay between −1 and 1, so no class can get more than 7.4 times the probability of another",
};

export const outputFunction = defineRule({
  code: "output-function",
  why: "The loss turns the network's last values into probabilities itself and needs them free to grow in both directions. End in softmax, or in no function at all.",
  find({ output }) {
    const name = functionOf(output);
    if (name === undefined || name === "softmax" || name === "linear" || !isVector(output.output)) return [];
    return [
      {
        nodes: [output.node.id],
        message: `${output.node.id} ends the network with ${name}: ${harm[name] ?? "scores are bent before the loss compares them"}.`,
        candidates: () => [setFunction(output, "softmax"), setFunction(output, "linear")],
      },
    ];
  },
});
