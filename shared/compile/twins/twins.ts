import { chain } from "../../graph/chain.ts";
import type { Graph } from "../../graph/graph.ts";
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
  const refusal = (refused: string, parameters: number): Twin => ({
    which,
    current,
    parameters,
    refused,
    derivations: [],
  });
  const twin = layersOf(site, which);
  if ("refused" in twin) return refusal(twin.refused, 0);
  const [height, width, channels] = site.input;
  const plan = compile(chain("Twin", [["input", { height, width, channels }], ...twin.layers]));
  const step = plan.steps.find((it) => it.node.kind === which);
  const [problem] = plan.problems;
  if (!step || problem || !sameShape(plan.output?.output ?? [], handedOn(site, twin.replaced)))
    return refusal(
      which === "dense" ? (tooManyUnits(site) ?? problem?.message ?? "") : (problem?.message ?? ""),
      which === "dense" ? denseWeights(site) : 0,
    );
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
    ? `It would need ${units} units, one for each value of the output; a dense layer here has at most ${field.max}.`
    : undefined;
}

/** By the kind's own rule, also where the compiler refuses so many. */
const denseWeights = (site: Site): number =>
  kinds.dense
    .weights(
      { units: volume(site.maps), bias: site.values.bias ?? true, activation: "relu", trainable: true },
      [[volume(site.input)]],
    )
    .reduce((sum, it) => sum + volume(it.shape), 0);
