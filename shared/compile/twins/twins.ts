import { chain } from "../../graph/chain.ts";
import type { Graph } from "../../graph/graph.ts";
import {
  type Expression,
  inWords,
  number,
  product,
  shown,
  sum,
  worked,
  worth,
} from "../../nodes/expression.ts";
import { kinds } from "../../nodes/index.ts";
import { isImage, sameShape, volume } from "../../nodes/shape.ts";
import { compile } from "../compile.ts";
import { type Derivation, derivationsOf } from "../derivations.ts";
import type { Plan, Step } from "../plan.ts";
import { layersOf } from "./layers.ts";
import { type NoSite, type Site, siteOf, type TwinName, type TwinWindow, twinNames } from "./site.ts";

/** One of the three layers that could stand at a place. */
export interface Twin {
  readonly which: TwinName;
  /** Whether it is the one that stands there now. */
  readonly current: boolean;
  readonly parameters: number;
  /** Why it cannot stand there; its numbers are then those that it would have. */
  readonly refused?: string;
  /** The layer with the weights, as the compiler sees it behind an image of this size; missing when refused. */
  readonly step?: Step;
  /** Where its numbers come from. */
  readonly derivations: readonly Derivation[];
}

export interface Twins {
  readonly site: Site;
  /** Fully connected, locally connected, convolution. */
  readonly twins: readonly Twin[];
}

/**
 * The three layers with the same input and output that could stand where a node stands. Their numbers come from
 * compiling each of them, `batch` is for the memory. `window` is that of the twins of a dense layer.
 */
export function twinsOf(
  graph: Graph,
  plan: Plan,
  id: string,
  { batch, window }: { readonly batch: number; readonly window?: TwinWindow | undefined },
): Twins | NoSite {
  const site = siteOf(graph, plan, id, window);
  return "refused" in site ? site : { site, twins: twinNames.map((it) => twinOf(site, it, batch)) };
}

function twinOf(site: Site, which: TwinName, batch: number): Twin {
  const current = site.which === which;
  const refusal = (refused: string, parameters?: Expression): Twin => ({
    which,
    current,
    parameters: parameters ? worth(parameters) : 0,
    refused,
    derivations: parameters ? [parametersFrom(parameters)] : [],
  });
  const twin = layersOf(site, which);
  if ("refused" in twin) return refusal(twin.refused);
  const [height, width, channels] = site.input;
  const plan = compile(chain("Twin", [["input", { height, width, channels }], ...twin.layers]));
  const step = plan.steps.find((it) => it.node.kind === which);
  const [problem] = plan.problems;
  if (!step || problem || !sameShape(plan.output?.output ?? [], handedOn(site, twin.replaced)))
    return which === "dense"
      ? refusal(tooManyUnits(site) ?? problem?.message ?? "", denseParameters(site))
      : refusal(problem?.message ?? "");
  return {
    which,
    current,
    parameters: step.parameters,
    step,
    derivations: derivationsOf(plan, step.node.id, batch),
  };
}

/** What comes out behind the nodes that are replaced: a Flatten among them lays the maps out. */
const handedOn = (site: Site, replaced: readonly string[]): readonly number[] =>
  site.flattenBehind !== undefined && replaced.includes(site.flattenBehind) && isImage(site.output)
    ? [volume(site.output)]
    : site.output;

function tooManyUnits(site: Site): string | undefined {
  const units = volume(site.maps);
  const { field } = kinds.dense.settings.units ?? {};
  return field?.type === "whole" && units > field.max
    ? `It would need ${shown(units)} units, one for each value of the output; a dense layer here has at most ${shown(field.max)}.`
    : undefined;
}

/** By the kind's own rule, also where the compiler refuses so many. */
function denseParameters(site: Site): Expression {
  const { bias = true } = site.values;
  const values = { units: volume(site.maps), bias, activation: "relu", trainable: true };
  const each = kinds.dense
    .weights(values, [[volume(site.input)]])
    .map(({ shape, axes }) => product(...shape.map((size, axis) => number(size, axes[axis] ?? ""))));
  return sum(...each);
}

const parametersFrom = (of: Expression): Derivation => ({
  quantity: "parameters",
  title: "Parameters",
  value: shown(worth(of)),
  lines: [{ name: "", formula: inWords(of), worked: worked(of) }],
});
