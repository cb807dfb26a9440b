import { pairOf, showPair, sidesOf, type Value } from "../../nodes/settings.ts";
import { sameShape, show } from "../../nodes/shape.ts";
import type { Step } from "../plan.ts";
import { remove } from "../repairs/edits.ts";
import { defineRule, type Found } from "./rule.ts";

export const idleLayer = defineRule({
  code: "idle-layer",
  why: "It gives exactly what it gets. Without it the drawing says the same in fewer boxes.",
  find: ({ plan }) =>
    plan.steps.flatMap((step): readonly Found[] => {
      const reason = idleness(step);
      if (!reason) return [];
      const { id } = step.node;
      return [{ nodes: [id], message: `${id} does nothing: ${reason}.`, candidates: () => [remove(id)] }];
    }),
});

const isOne = (value: Value | undefined): boolean =>
  (typeof value === "number" || typeof value === "object") && showPair(pairOf(value)) === "1×1";

/** Why a layer changes nothing, or undefined where it does. */
function idleness({ kind, values, inputs, output }: Step): string | undefined {
  const [input] = inputs;
  switch (kind.name) {
    case "dropout":
    case "spatialDropout2d":
      return values.rate === 0 ? "its rate is 0" : undefined;
    case "gaussianNoise":
      return values.deviation === 0 ? "its deviation is 0" : undefined;
    case "activation":
      return values.function === "linear" ? "its function is linear" : undefined;
    case "maxPool2d":
    case "avgPool2d":
      return isOne(values.size) && isOne(values.stride) ? "its windows are 1×1" : undefined;
    case "upsample2d":
      return isOne(values.size) ? "it repeats every pixel once" : undefined;
    case "zeroPad2d":
    case "crop2d": {
      const { amount } = values;
      const all = typeof amount === "number" || typeof amount === "object" ? sidesOf(amount) : [1];
      return all.every((it) => it === 0) ? "its amount is 0" : undefined;
    }
    case "rescale":
      return values.scale === 1 && values.offset === 0 ? "it multiplies by 1 and adds 0" : undefined;
    case "flatten":
    case "reshape":
      return input && sameShape(input, output) ? `what comes in is ${show(output)} already` : undefined;
    default:
      return undefined;
  }
}
