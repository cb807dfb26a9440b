import { removeNodes } from "../../graph/edits.ts";
import type { Step } from "../plan.ts";
import { listed } from "../problems/finding.ts";
import { change, insert, remove } from "../repairs/edits.ts";
import { defineRule, type Found, functionOf, functionSetting, isRandom, type Reading, sums } from "./rule.ts";

export const dropoutAtEnd = defineRule({
  code: "dropout-at-end",
  why: "Here dropout hits the scores of the classes themselves: in every step some classes lose theirs by chance, the right one too. Put it before the last layer with weights.",
  find(reading) {
    const { random, last } = lastRandom(reading);
    if (!random) return [];
    const { node } = random;
    const wire = last && reading.graph.wires.find((it) => it.to === last.node.id);
    return [
      {
        nodes: [node.id],
        message: `${node.id} comes behind the last layer with weights${last ? `, ${last.node.id}` : ""}.`,
        candidates: () => [
          ...(wire
            ? [
                {
                  title: `Move it before ${wire.to}`,
                  apply: (graph: Reading["graph"]) =>
                    insert([[wire, [[node.kind, node.values]]]], "").apply(removeNodes(graph, [node.id])),
                },
              ]
            : []),
          remove(node.id),
        ],
      },
    ];
  },
});

/** Dropout or noise between the last layer with weights and the output. */
function lastRandom({ output, before }: Reading): { readonly random?: Step; readonly last?: Step } {
  let random: Step | undefined;
  let at: Step | undefined = output;
  while (at && (isRandom(at) || at.kind.name === "activation" || at.kind.name === "flatten")) {
    if (isRandom(at)) random = at;
    at = before(at);
  }
  return random && at && sums(at) ? { random, last: at } : {};
}

export const frozenRandom = defineRule({
  code: "frozen-random",
  why: "A layer that is not trainable keeps the weights it starts with, and these are random numbers. Freezing makes sense for weights that mean something: a kernel by name.",
  find: ({ plan }) =>
    plan.steps
      .filter(({ weights }) => weights.some((it) => it.role === "frozen" && it.initial === "glorotUniform"))
      .map(
        ({ node, parameters }): Found => ({
          nodes: [node.id],
          message: `${node.id} is not trainable, so its ${parameters} parameters stay random.`,
          candidates: () => [change(node.id, { trainable: true }, `Make ${node.id} trainable`)],
        }),
      ),
});

/** From here on the first layer's gradient is at most (1/4)³ of the last one's. */
const manySigmoids = 3;

export const fadingGradients = defineRule({
  code: "fading-gradients",
  why: "The slope of sigmoid is 1/4 at most, and gradients are multiplied by it at every layer on their way back: the first layers hardly learn. ReLU has slope 1.",
  find({ plan, output }) {
    const bent = plan.steps.filter((it) => it !== output && functionOf(it) === "sigmoid" && isInChain(it));
    if (bent.length < manySigmoids) return [];
    const ids = bent.map((it) => it.node.id);
    return [
      {
        nodes: ids,
        message: `${bent.length} layers inside the network apply sigmoid: ${listed(ids)}.`,
        candidates: () => [
          {
            title: "Set all of them to relu",
            apply: (graph) =>
              bent.reduce(
                (it, step) => change(step.node.id, { [functionSetting(step)]: "relu" }, "").apply(it),
                graph,
              ),
          },
        ],
      },
    ];

    /** A gate that multiplies another branch needs its 0 to 1. */
    function isInChain(step: Step): boolean {
      return !plan.steps.some((it) => it.kind.name === "multiply" && it.sources.includes(step.node.id));
    }
  },
});
