import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { arbitraryGraph, arbitraryValues } from "../compile/arbitrary-graphs.ts";
import { compile } from "../compile/compile.ts";
import { initialWeights } from "../compile/weights.ts";
import type { Graph } from "../graph/graph.ts";
import { type KindName, kinds } from "../nodes/index.ts";
import { buildNetwork } from "./build.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const names = Object.keys(kinds).filter((it) => it !== "input") as KindName[];
const small = fc.integer({ min: 1, max: 9 });

/** One layer on an image, or behind a flatten where it takes a vector; merges get the same image twice. */
const alone = (kind: KindName): fc.Arbitrary<Graph> =>
  fc
    .tuple(fc.record({ height: small, width: small, channels: small }), arbitraryValues(kind, true))
    .map(([size, drawn]) => {
      // Few targets hold as many values as come in, so another order of its axes is given.
      const values = kind === "reshape" ? { target: [size.width, size.channels, size.height] } : drawn;
      const before: KindName[] = kinds[kind].takes === "vector" ? ["input", "flatten"] : ["input"];
      const nodes = [...before, kind].map((it, index) => ({
        id: `n${index}`,
        kind: it,
        values: index === 0 ? size : it === kind ? values : {},
        at: [0, 0] as const,
      }));
      const wires = nodes.slice(1).map((it, index) => ({ from: `n${index}`, to: it.id, slot: 0 }));
      const last = wires.at(-1);
      return {
        nodes,
        wires: kinds[kind].takes === "several" && last ? [...wires, { ...last, slot: 1 }] : wires,
      };
    });

/** Every layer's shape and number of weights in tfjs is what the plan says; the tensors hold the plan's numbers. */
function agree(graph: Graph): boolean {
  const plan = compile(graph);
  if (!plan.ready) return false;
  const weights = initialWeights(plan, 1);
  const network = buildNetwork(plan, weights, 1);
  try {
    for (const { node, output, kind, parameters } of plan.steps) {
      expect(network.outputs.get(node.id)?.shape, node.id).toEqual([null, ...output]);
      if (kind.family === "input") continue;
      const layers = network.model.layers.filter(
        (it) => it.name === node.id || it.name.startsWith(`${node.id}.`),
      );
      expect(
        layers.reduce((sum, it) => sum + it.countParams(), 0),
        node.id,
      ).toBe(parameters);
    }
    tf.tidy(() => {
      const [input] = plan.steps;
      const given = tf.ones([2, ...(input?.output ?? [])]);
      const result = network.model.apply(given, { training: false }) as tf.Tensor;
      expect(result.shape).toEqual([2, ...(plan.output?.output ?? [])]);
      expect(result.dataSync().every(Number.isFinite)).toBe(true);
    });
  } finally {
    network.dispose();
  }
  return true;
}

describe("shape and parameter count are what tfjs builds", () => {
  test.each(names)("%s", (kind) => {
    let built = 0;
    fc.assert(
      fc.property(alone(kind), (graph) => {
        if (agree(graph)) built++;
      }),
      { numRuns: 60, seed: 4 },
    );
    expect(built).toBeGreaterThan(20);
  });

  test("random graphs", () => {
    let built = 0;
    fc.assert(
      fc.property(arbitraryGraph({ sound: true }), (graph) => {
        if (agree(graph)) built++;
      }),
      { numRuns: 3400, seed: 5 },
    );
    expect(built).toBeGreaterThan(1000);
  });
});
