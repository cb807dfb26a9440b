import { chain } from "../../graph/chain.ts";
import type { Design } from "../../graph/graph.ts";
import { limits } from "../../graph/limits.ts";
import { shown } from "../../nodes/expression.ts";
import type { Image } from "../../nodes/shape.ts";
import { compile } from "../compile.ts";
import type { Plan } from "../plan.ts";
import { closestPair, largestWithin } from "./budget.ts";
import type { Layer } from "./layers.ts";
import { type Parts, partsOf } from "./parts.ts";
import type { NoSite } from "./site.ts";

/** A second design for the same task. */
export interface DesignTwin {
  readonly design: Design;
  readonly parameters: number;
  /** What was held equal, in a sentence with the numbers of both. */
  readonly held: string;
}

/** A layer whose width is chosen so that the whole comes close to a number of parameters. */
type Widths = readonly [string, readonly Layer[]];

const dense = (units: number): Layer => ["dense", { units }];
const flatten: Layer = ["flatten", {}];

/**
 * The design with dense layers in place of its convolutional part, as wide as the original's number of parameters
 * allows: same input, same end, same classes.
 */
export function fullyConnectedTwin(design: Design): DesignTwin | NoSite {
  const plan = compile(design);
  const parts = partsOf(plan);
  if ("refused" in parts) return parts;
  if (!parts.convolves) return { refused: "The design is fully connected already." };
  return twin(
    design,
    plan.totals.parameters,
    "fully connected",
    fullyConnected(parts, plan.totals.parameters),
  );
}

/**
 * A small CNN for the task of a fully connected design, with as many filters as the original's number of parameters
 * allows: two convolutions and a pooling as often as the image can be halved, then the original's end.
 */
export function convolutionalTwin(design: Design): DesignTwin | NoSite {
  const plan = compile(design);
  const refused = twinRefusal(plan, "convolutional");
  if (refused !== undefined) return { refused };
  const parts = partsOf(plan);
  if ("refused" in parts) return parts;
  return twin(design, plan.totals.parameters, "convolutional", convolutional(parts, plan.totals.parameters));
}

/** Why a plan's design has no such twin, or undefined when one can be made: cheap, where making it takes a search. */
export function twinRefusal(plan: Plan, wanted: "fully connected" | "convolutional"): string | undefined {
  const parts = partsOf(plan);
  if ("refused" in parts) return parts.refused;
  const isFullyConnected = !parts.convolves;
  if (isFullyConnected && wanted === "fully connected") return "The design is fully connected already.";
  if (parts.convolves && wanted === "convolutional") return "The design has convolutions already.";
  return undefined;
}

function twin(design: Design, budget: number, kind: string, [words, layers]: Widths): DesignTwin | NoSite {
  const base = design.name.replace(/ · (fully connected|convolutional)$/, "");
  const suffix = ` · ${kind}`;
  const made = chain(base.slice(0, limits.name - suffix.length).trim() + suffix, layers);
  const { totals, problems } = compile(made);
  const [problem] = problems;
  if (problem) return { refused: `The ${kind} twin cannot be built: ${problem.message}` };
  const { parameters } = totals;
  const numbers = `${shown(parameters)} parameters, ${design.name} has ${shown(budget)}`;
  return {
    design: made,
    parameters,
    held:
      parameters <= budget
        ? `Same image, classes, data and recipe, and as many parameters as whole widths allow: ${words} make ${numbers}.`
        : `Same image, classes, data and recipe; so few parameters are not possible: ${words} make ${numbers}.`,
  };
}

const parametersOf = (layers: readonly Layer[]): number => {
  const plan = compile(chain("Twin", layers));
  return plan.ready ? plan.totals.parameters : Number.POSITIVE_INFINITY;
};

function fullyConnected({ head, tail, end }: Parts, budget: number): Widths {
  const built = (hidden: readonly number[], rest: readonly Layer[]): Widths => {
    const layers = [...head, flatten, ...hidden.map(dense), ...rest];
    return [unitsIn(layers), layers];
  };
  const total = (...made: Parameters<typeof built>): number => parametersOf(built(...made)[1]);
  if (tail.length > end.length) {
    const width = largestWithin(budget, 2, 65_536, (it) => total([it], tail));
    if (width !== undefined) return built([width], tail);
  }
  // Half as many in the second layer, give or take what brings the total close.
  const pair = closestPair(
    budget,
    (first) => [Math.max(1, Math.ceil(0.4 * first)), Math.max(1, Math.floor(0.6 * first))],
    (...hidden) => total(hidden, end),
  );
  if (pair && pair[0] > 1) return built(pair, end);
  const width = largestWithin(budget, 2, 65_536, (it) => total([it], end));
  return built(width === undefined ? [] : [width], end);
}

function convolutional({ image, head, tail, end }: Parts, budget: number): Widths {
  const blocks = blocksIn(image);
  const built = (filters: number, hidden: readonly number[]): Widths => {
    const maps = blocks.map((pools, index) => ({ filters: filters * 2 ** index, pools }));
    const sliding = maps.flatMap(({ filters, pools }): readonly Layer[] => [
      ["conv2d", { filters }],
      ["conv2d", { filters }],
      ...(pools ? [["maxPool2d", {}] as const] : []),
    ]);
    const layers = [...head, ...sliding, flatten, ...hidden.map(dense), ...end];
    const count = maps.flatMap((it) => [it.filters, it.filters]).join("-");
    return [`${count} filters${hidden.length ? ` and ${hidden.join("-")} units` : ""}`, layers];
  };
  const total = (filters: number, hidden: readonly number[]): number =>
    parametersOf(built(filters, hidden)[1]);
  const units = lastHidden(tail, end);
  if (units !== undefined) {
    const range = [Math.ceil(units / 2), Math.floor(1.5 * units)] as const;
    const pair = closestPair(
      budget,
      () => range,
      (filters, hidden) => total(filters, [hidden]),
    );
    if (pair) return built(pair[0], [pair[1]]);
  }
  return built(largestWithin(budget, 1, 4096, (it) => total(it, [])) ?? 1, []);
}

/** One entry for each block of two convolutions: whether it pools behind them. Maps stay 4 or more pixels wide. */
function blocksIn([height, width]: Image): readonly boolean[] {
  const halvings = Math.floor(Math.log2(Math.min(height, width) / 4));
  return halvings < 1 ? [false] : Array.from({ length: Math.min(3, halvings) }, () => true);
}

function lastHidden(tail: readonly Layer[], end: readonly Layer[]): number | undefined {
  const units = tail
    .slice(0, tail.length - end.length)
    .flatMap(([kind, values]) => (kind === "dense" ? [values.units ?? 64] : []))
    .at(-1);
  return typeof units === "number" ? units : undefined;
}

/** `43-40 units`: those of the hidden dense layers. */
function unitsIn(layers: readonly Layer[]): string {
  const units = layers.flatMap(([kind, values]) => (kind === "dense" ? [values.units ?? 64] : []));
  return units.length > 1 ? `${units.slice(0, -1).join("-")} units` : "no hidden layers";
}
