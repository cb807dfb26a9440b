import type { Values } from "../../nodes/settings.ts";
import { isVector, type Shape, sameShape, show } from "../../nodes/shape.ts";
import type { Step } from "../plan.ts";
import { change, remove } from "../repairs/edits.ts";
import { type Finding, findingOn } from "./finding.ts";

/** Several inputs all receive the same example, so those of another shape than the first one are wrong. */
export function unequalInputFindings(inputs: readonly Step[]): readonly Finding[] {
  const [first, ...others] = inputs;
  if (!first) return [];
  return others
    .filter((it) => !sameShape(it.output, first.output))
    .map(({ node, output }) =>
      findingOn(
        node,
        "inputs-differ",
        `All inputs receive the same example, but ${node.id} takes ${show(output)} and ${first.node.id} takes ${show(first.output)}.`,
        () => [
          change(node.id, settingsOf(first.output), `Set ${node.id} to ${show(first.output)}`),
          change(first.node.id, settingsOf(output), `Set ${first.node.id} to ${show(output)}`),
          remove(node.id),
        ],
        { nodes: [node.id, first.node.id] },
      ),
    );
}

/** An input's settings for a shape. */
export const settingsOf = (shape: Shape): Readonly<Record<string, Values[string] | undefined>> =>
  isVector(shape)
    ? { height: undefined, width: undefined, channels: undefined, shape }
    : { height: shape[0], width: shape[1], channels: shape[2], shape: undefined };
