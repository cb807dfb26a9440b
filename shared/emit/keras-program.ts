import type { Plan, Step } from "../compile/plan.ts";
import { type Call, call, isCall } from "../nodes/kind.ts";
import type { Value } from "../nodes/settings.ts";
import { type Shape, show } from "../nodes/shape.ts";
import { optimizerConstants, type Recipe } from "../train/recipe.ts";
import { counted, grouped } from "./figures.ts";
import type { Subject } from "./subject.ts";

/** Whether every layer feeds exactly the next one, so that a sequential model says it all. */
export const isChain = (plan: Plan): boolean =>
  plan.steps.every(({ sources }, index) =>
    index === 0
      ? sources.length === 0
      : sources.length === 1 && sources[0] === plan.steps[index - 1]?.node.id,
  );

/** The loss must apply softmax itself unless the last layer does. */
export function endsInSoftmax(plan: Plan): boolean {
  const last = plan.output?.kind.calls(plan.output.values, plan.output.inputs).keras.at(-1);
  return last?.args.activation === "softmax";
}

export const inputShape = (plan: Plan): Shape => plan.steps[0]?.output ?? [1];

/** What early stopping looks at; without a validation share there is only the training loss. */
export const monitored = ({ validation }: Recipe): "val_loss" | "loss" =>
  validation > 0 ? "val_loss" : "loss";

/** The optimizer by its Keras name; constants are written out, since frameworks differ in their defaults. */
export function optimizerCall({ optimizer: { name, rate } }: Recipe): Call {
  const { momentum, rmsprop, adam } = optimizerConstants;
  const learning = { learning_rate: rate };
  switch (name) {
    case "sgd":
      return call("SGD", learning);
    case "momentum":
      return call("SGD", { ...learning, momentum: momentum.momentum });
    case "rmsprop":
      return call("RMSprop", { ...learning, rho: rmsprop.decay, epsilon: rmsprop.epsilon });
    case "adam":
      return call("Adam", { ...learning, beta_1: adam.beta1, beta_2: adam.beta2, epsilon: adam.epsilon });
  }
}

/** The program's first comment lines, without comment signs. */
export function introduction({ title, plan }: Subject): readonly string[] {
  const { parameters, trainable, macs } = plan.totals;
  const frozen = parameters === trainable ? "" : `, ${grouped(trainable)} of them trainable`;
  const output = plan.output?.output ?? [];
  const example = inputShape(plan).length === 3 ? "image" : "example";
  return [
    `${inOneLine(title)} – drawn with Receptive`,
    "",
    `${show(inputShape(plan))} → ${show(output)}: ${counted(parameters, "parameter")}${frozen}; ${grouped(macs)} multiply-adds per ${example}.`,
  ];
}

/** Where the weights come from: a sentence for the program's first comment lines. */
export const startsFrom = (file: string): string =>
  `It takes the weights of ${file} if that lies beside it, else fresh ones.`;

/** Names from documents stand in comments too: no line break may end the comment early. */
export const inOneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/\p{Cs}/gu, "\uFFFD")
    .trim() || "Untitled";

/** A variable for every node: its id, with `_` behind it where the language or the program uses the word itself. */
export function variables(steps: readonly Step[], taken: readonly string[]): (id: string) => string {
  const used = new Set<string>(taken);
  const byId = new Map<string, string>();
  const ids = new Set(steps.map(({ node }) => node.id));
  for (const { node } of steps) {
    let name = node.id;
    while (used.has(name) || (name !== node.id && ids.has(name))) name += "_";
    used.add(name);
    byId.set(node.id, name);
  }
  return (id) => byId.get(id) ?? id;
}

/** Whether any step becomes this layer or starts from this initialiser, so that the program must define it. */
export const uses = (plan: Plan, fn: string): boolean =>
  plan.steps.some(({ kind, values, inputs }) =>
    kind.calls(values, inputs).keras.some((it) => mentions(it, fn)),
  );

const mentions = (it: Call, fn: string): boolean =>
  it.fn === fn || Object.values(it.args).some((argument) => isCall(argument) && mentions(argument, fn));

/** The layers of a node by name, as Keras spells them; the last one carries the node's id. */
export function layerCalls({ node, kind, values, inputs, sources }: Step, plan: Plan): readonly Call[] {
  // All inputs get the same example, so a further one is the first under another name.
  const calls =
    !sources.length && plan.steps[0]?.node.id !== node.id
      ? [call("Identity")]
      : kind.calls(values, inputs).keras;
  return calls.map((it, index) => {
    const name = index === calls.length - 1 ? node.id : `${node.id}_${index + 1}`;
    return { ...it, args: { ...it.args, name } };
  });
}

/** What feeds the step's first layer: a further input takes the first one. */
export const feeding = ({ node, sources }: Step, plan: Plan): readonly string[] => {
  const [first] = plan.steps;
  return sources.length || !first || first.node.id === node.id ? sources : [first.node.id];
};

/** Numbers that belong together, in rows. */
export type Rows = readonly (readonly number[])[];

/**
 * A call's arguments as programs write them: amounts at the sides, flat in our calls, as [top, bottom] and
 * [left, right]; a given kernel in rows of `width` cells, by default the width of the layer's own kernel.
 */
export function argumentsOf(
  { fn, args }: Call,
  width = kernelWidth(args),
): readonly (readonly [name: string, Value | Call | Rows])[] {
  const sides = fn === "ZeroPadding2D" || fn === "Cropping2D";
  return Object.entries(args).map(([name, it]) => {
    if (typeof it !== "object" || isCall(it)) return [name, it];
    if (fn === "Stencil") return [name, inRows(it, width)];
    return [name, sides ? inRows(it, 2) : it];
  });
}

/** Columns of the kernel that a layer slides; 1 where it has none. */
export function kernelWidth({ kernel_size: size }: Call["args"]): number {
  return typeof size === "object" && !isCall(size) ? (size[1] ?? 1) : 1;
}

export const isRows = (it: readonly number[] | Rows): it is Rows => typeof it[0] === "object";

const inRows = (cells: readonly number[], width: number): Rows =>
  Array.from({ length: Math.ceil(cells.length / width) }, (_, row) =>
    cells.slice(row * width, (row + 1) * width),
  );
