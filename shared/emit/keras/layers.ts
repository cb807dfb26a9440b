import type { Plan, Step } from "../../compile/plan.ts";
import type { Weights } from "../../compile/weights.ts";
import { callsOf, layerNames } from "../../lowering/lower.ts";
import type { StockLayer } from "../../lowering/lowering.ts";
import { call } from "../../nodes/kind.ts";
import { feeding, layerCalls } from "../keras-program.ts";
import type { KerasArray, KerasLayer, KerasNetwork } from "./network.ts";
import { loweringFor, type Version } from "./refusal.ts";
import { fromKeras, fromTfjs, type Worded } from "./words.ts";

/**
 * The design in Keras' layers. Layers are called after nodes; where a node becomes several, `layerNames` says how they are
 * called. Further inputs of a design get the first one's examples.
 */
export function kerasNetwork(plan: Plan, weights: Weights, version: Version): KerasNetwork {
  const { output } = plan;
  const [entrance] = plan.steps;
  if (!entrance || !output) throw new Error("The design has no input or no output.");
  return {
    layers: plan.steps.flatMap((it) => layersOf(it, plan, weights, version)),
    input: entrance.node.id,
    output: output.node.id,
  };
}

function layersOf(step: Step, plan: Plan, weights: Weights, version: Version): readonly KerasLayer[] {
  const { node, kind, output } = step;
  if (node.id === plan.steps[0]?.node.id)
    return [layer({ className: "InputLayer", config: {} }, { name: node.id, sources: [], output })];
  const arrays = () => storedArrays(step, weights);
  const [copies, sources] = version === 2 ? copied(step, feeding(step, plan)) : [[], feeding(step, plan)];
  const lowering = loweringFor(step, version);
  if (version === 3 && !lowering) {
    const [own = call("Identity")] = layerCalls(step, plan);
    return [
      layer(fromKeras(own), { name: node.id, sources, merges: kind.takes === "several", output, arrays }),
    ];
  }
  const stock: readonly StockLayer[] = lowering?.layers ?? ownCalls(step).map((it) => ({ call: it, output }));
  const names = layerNames(
    node.id,
    stock.map((it) => it.call),
  );
  const layers = stock.map((it, index) => {
    const isFirst = index === 0;
    return layer(fromTfjs(it.call, version), {
      name: names[index] ?? node.id,
      sources: isFirst ? sources : [names[index - 1] ?? node.id],
      merges: kind.takes === "several",
      output: it.output,
      arrays: lowering
        ? () => named(it.arrays?.(arrays().map(({ values }) => values)) ?? [])
        : isFirst
          ? arrays
          : none,
    });
  });
  return [...copies, ...layers];
}

/** A further input hands on what the first one is given. */
const ownCalls = (step: Step) =>
  step.kind.family === "input" ? [call("activation", { activation: "linear" })] : callsOf(step);

/** tfjs frees an output too early when one layer takes it twice. */
function copied(
  { node, inputs }: Step,
  sources: readonly string[],
): readonly [copies: readonly KerasLayer[], sources: readonly string[]] {
  const copies: KerasLayer[] = [];
  const all = sources.map((source, slot) => {
    if (sources.indexOf(source) === slot) return source;
    const name = `${node.id}.again${slot}`;
    const linear = { className: "Activation", config: { activation: "linear" } };
    copies.push(layer(linear, { name, sources: [source], output: inputs[slot] ?? [] }));
    return name;
  });
  return [copies, all];
}

const none = (): readonly KerasArray[] => [];

const layer = (
  { className, config }: Worded,
  its: Pick<KerasLayer, "name" | "sources" | "output"> & Partial<KerasLayer>,
): KerasLayer => ({ className, config, merges: false, arrays: none, ...its });

const storedArrays = ({ node, weights: stored }: Step, weights: Weights): readonly KerasArray[] =>
  stored.map(({ name, shape }, index) => {
    const values = weights[node.id]?.[index];
    if (!values) throw new Error(`${node.id} has no ${name}.`);
    return { name, shape, values };
  });

const named = (tables: readonly Pick<KerasArray, "shape" | "values">[]): readonly KerasArray[] =>
  tables.map((it, index) => ({ ...it, name: index === 0 ? "kernel" : "bias" }));
