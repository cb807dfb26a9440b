import { type Graph, wiresOutOf } from "../../graph/graph.ts";
import type { DataShape } from "../../train/dataset.ts";
import type { Plan, Step } from "../plan.ts";
import type { Candidate } from "../problems/finding.ts";

/** What the rules may know besides the design. */
export interface AdviceFacts {
  readonly data?: DataShape | undefined;
  /**
   * Whether the values that enter are of the order of 1; taken to be so where it is left out, since our readers give
   * pixels from 0 to 1 and columns of mean 0 and variance 1.
   */
  readonly scaled?: boolean | undefined;
}

/** A design as the rules read it: all of its layers work. */
export interface Reading {
  readonly graph: Graph;
  readonly plan: Plan;
  readonly output: Step;
  readonly facts: AdviceFacts;
  readonly step: (id: string) => Step | undefined;
  /** The layers that take a layer's output. */
  readonly readers: (step: Step) => readonly Step[];
  /** The layer before one with a single input. */
  readonly before: (step: Step) => Step | undefined;
}

/** What a rule has found. The first node is where it is shown. */
export interface Found {
  readonly nodes: readonly string[];
  /** A sentence with the values met. */
  readonly message: string;
  /** Edits that should end it, best first; those that turn out not to are left out. */
  candidates(): readonly Candidate[];
}

/** A rule of thumb. It never blocks anything. */
export interface Rule<Code extends string = string> {
  readonly code: Code;
  /** One or two sentences for somebody in a first course. */
  readonly why: string;
  find(reading: Reading): readonly Found[];
}

/** Keeps a rule's code as a literal type. */
export const defineRule = <const Code extends string>(rule: Rule<Code>): Rule<Code> => rule;

/** The plan as rules read it; undefined while some layer does not work. */
export function readingOf(plan: Plan, graph: Graph, facts: AdviceFacts): Reading | undefined {
  const { output, steps } = plan;
  if (!output || steps.length < graph.nodes.length) return undefined;
  const known = new Map(steps.map((it) => [it.node.id, it]));
  const readers = new Map<string, Step[]>();
  for (const step of steps)
    for (const id of new Set(step.sources)) {
      const list = readers.get(id);
      if (list) list.push(step);
      else readers.set(id, [step]);
    }
  return {
    graph,
    plan,
    output,
    facts,
    step: (id) => known.get(id),
    readers: ({ node }) => readers.get(node.id) ?? [],
    before: ({ sources }) => (sources.length === 1 ? known.get(sources[0] ?? "") : undefined),
  };
}

/** Layers that sum over inputs with weights and can apply a function: convolutions and dense. */
export const sums = ({ kind }: Step): boolean => "activation" in kind.settings;

/** The function that a layer applies to its values; undefined for layers that have none to choose. */
export function functionOf({ values, kind }: Step): string | undefined {
  const name = kind.name === "activation" ? values.function : values.activation;
  return typeof name === "string" ? name : undefined;
}

/** The setting that holds `functionOf`. */
export const functionSetting = ({ kind }: Step): "function" | "activation" =>
  kind.name === "activation" ? "function" : "activation";

/** Dropouts and noise that are not switched off by a rate of 0. */
export const isRandom = ({ kind, values }: Step): boolean =>
  kind.name === "gaussianNoise"
    ? values.deviation !== 0
    : (kind.name === "dropout" || kind.name === "spatialDropout2d") && values.rate !== 0;

/** Back from a layer over layers that satisfy `passes`, to the first that does not. */
export function backOver({ before }: Reading, step: Step, passes: (step: Step) => boolean): Step | undefined {
  let at = before(step);
  while (at && passes(at)) at = before(at);
  return at;
}

export const isOnlyReader = ({ graph }: Reading, source: Step): boolean =>
  wiresOutOf(graph, source.node.id).length === 1;
