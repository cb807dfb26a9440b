import type { Graph } from "../../graph/graph.ts";
import { compile } from "../compile.ts";
import type { Plan, Repair } from "../plan.ts";
import { keyOf } from "../problems/publish.ts";
import { idleLayer } from "./idle.ts";
import { scaledTwice, unscaledInput, unusedOutput } from "./inputs.ts";
import { stackedLinear } from "./linear.ts";
import { evenKernel, shrunkMap, skippedPixels } from "./maps.ts";
import { biasBeforeBatchNorm, dropoutBeforeBatchNorm } from "./normalization.ts";
import { heavyDense } from "./parameters.ts";
import { type AdviceFacts, type Found, type Rule, readingOf } from "./rule.ts";
import { outputFunction, softmaxInside, softmaxOfOne, softmaxTwice } from "./softmax.ts";
import { dropoutAtEnd, fadingGradients, frozenRandom } from "./training.ts";

/** Every rule, in the order in which advice is told: what spoils the result first, what only wastes work last. */
export const rules = [
  softmaxTwice,
  softmaxInside,
  softmaxOfOne,
  outputFunction,
  stackedLinear,
  shrunkMap,
  skippedPixels,
  scaledTwice,
  unscaledInput,
  fadingGradients,
  frozenRandom,
  dropoutAtEnd,
  dropoutBeforeBatchNorm,
  heavyDense,
  evenKernel,
  biasBeforeBatchNorm,
  unusedOutput,
  idleLayer,
] as const satisfies readonly Rule[];
export type AdviceCode = (typeof rules)[number]["code"];

/** A hint about a design that works. It blocks nothing, and may be ignored for a reason. */
export interface Advice {
  readonly code: AdviceCode;
  /** The layers concerned; it is shown on the first. */
  readonly nodes: readonly string[];
  /** A sentence with the values met. */
  readonly message: string;
  /** One or two sentences for somebody in a first course. */
  readonly why: string;
  /** Best first. Each was tried: it ends this advice and brings no problem. Worked out when first read. */
  readonly repairs: readonly Repair[];
}

/** Repairs offered for one advice. */
const mostOffered = 3;

/**
 * Advice on a compiled design; none while some layer does not work, since then there is more important to do. Apart from
 * the repairs it costs a few passes over the plan; it is no part of `compile`, so call it when somebody looks.
 */
export function adviceOn(plan: Plan, graph: Graph, facts: AdviceFacts = {}): readonly Advice[] {
  const reading = readingOf(plan, graph, facts);
  if (!reading) return [];
  return rules.flatMap((rule: Rule<AdviceCode>) =>
    rule.find(reading).map((found): Advice => {
      let tried: readonly Repair[] | undefined;
      return {
        code: rule.code,
        nodes: found.nodes,
        message: found.message,
        why: rule.why,
        get repairs() {
          tried ??= soundOnes(rule, found, plan, graph, facts);
          return tried;
        },
      };
    }),
  );
}

function soundOnes(
  rule: Rule,
  found: Found,
  before: Plan,
  graph: Graph,
  facts: AdviceFacts,
): readonly Repair[] {
  const around = { data: facts.data };
  const known = new Set([...before.problems, ...compile(graph, around).problems].map(keyOf));
  const helps = (repair: Repair): boolean => {
    const changed = repair.apply(graph);
    const after = compile(changed, around);
    const reading = readingOf(after, changed, facts);
    return (
      changed !== graph &&
      reading !== undefined &&
      after.problems.every((it) => known.has(keyOf(it))) &&
      rule.find(reading).every((it) => it.nodes[0] !== found.nodes[0])
    );
  };
  const sound = found.candidates().flatMap((candidate) => {
    const repair = ("apply" in candidate ? [candidate] : candidate).find(helps);
    return repair ? [repair] : [];
  });
  return sound.slice(0, mostOffered);
}
