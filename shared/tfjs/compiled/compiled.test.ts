import { beforeAll, describe, expect, test } from "vitest";
import { drawable, drawDesign } from "../../../bench/agreement/draw-design.ts";
import { compile } from "../../compile/compile.ts";
import type { Plan } from "../../compile/plan.ts";
import { initialWeights, type Weights } from "../../compile/weights.ts";
import { kinds } from "../../nodes/index.ts";
import { randomStream } from "../../nodes/random.ts";
import { volume } from "../../nodes/shape.ts";
import type { Examples } from "../../train/dataset.ts";
import type { Recipe } from "../../train/recipe.ts";
import { buildNetwork, readWeights } from "../build.ts";
import { inputShape } from "../evaluate.ts";
import { createMeter } from "../loss.ts";
import { use } from "../testing/backends.ts";
import { planOf } from "../testing/designs.ts";
import { gradientCases } from "../testing/gradient-cases.ts";
import { createTrainer, type Trainer } from "../trainer.ts";

const sgd: Recipe["optimizer"] = { name: "sgd", rate: 0.05 };

interface Trained {
  readonly weights: Weights;
  readonly loss: number;
  readonly path: Trainer["path"];
}

/** Some steps on noise; the last batch is smaller. */
async function trained(
  plan: Plan,
  path: Trainer["path"],
  optimizer = sgd,
  sizes = [5, 5, 3],
): Promise<Trained> {
  const network = buildNetwork(plan, initialWeights(plan, 7), 7);
  const meter = createMeter();
  const trainer = createTrainer(network, meter, optimizer, path);
  const next = randomStream(11);
  const count = Math.max(...sizes);
  const classes = volume(plan.output?.output ?? [1]);
  for (const size of sizes) {
    const examples: Examples = {
      values: Float32Array.from({ length: count * volume(inputShape(network)) }, () => 2 * next() - 1),
      labels: Uint8Array.from({ length: count }, () => Math.floor(next() * classes)),
    };
    trainer.step(
      examples,
      Uint32Array.from({ length: size }, (_, place) => count - 1 - place),
    );
  }
  const [weights, { loss }] = [await readWeights(network), await meter.read()];
  trainer.dispose();
  meter.dispose();
  network.dispose();
  return { weights, loss, path: trainer.path };
}

/** How far apart two sets of weights are at most, relative where they exceed 1. */
function difference(a: Weights, b: Weights): number {
  expect(Object.keys(a)).toEqual(Object.keys(b));
  const apart = Object.entries(a).flatMap(([id, arrays]) =>
    arrays.flatMap((array, index) => {
      const other = b[id]?.[index] ?? new Float32Array();
      expect(other.length).toBe(array.length);
      return Array.from(
        array,
        (it, at) => Math.abs(it - (other[at] ?? Number.NaN)) / Math.max(1, Math.abs(it)),
      );
    }),
  );
  return apart.reduce((most, it) => Math.max(most, Number.isFinite(it) ? it : Number.POSITIVE_INFINITY), 0);
}

const drawn = Array.from({ length: 168 }, (_, seed) => {
  const wanted = drawable[seed % drawable.length] ?? "conv2d";
  return {
    name: `random ${seed}`,
    plan: () => compile(drawDesign({ seed, wanted: [wanted], learns: true })),
  };
});

// Random in training, which the drawn designs leave out.
const noisy = (["dropout", "spatialDropout2d", "gaussianNoise"] as const).map((kind) => ({
  name: kind,
  plan: () =>
    planOf(
      ["input", { height: 5, width: 4, channels: 2 }],
      ["conv2d", { filters: 3, activation: "tanh" }],
      [kind, kind === "gaussianNoise" ? { deviation: 0.3 } : { rate: 0.4 }],
      ["conv2d", { filters: 2 }],
      ["flatten"],
      ["dense", { units: 3, activation: "softmax" }],
    ),
}));

describe("a compiled step", () => {
  beforeAll(() => use("simd"));

  test("gives what the tape gives, in every kind with every setting and in random designs", async () => {
    const wrong: unknown[] = [];
    const met = new Set<string>();
    for (const { name, plan: draw } of [...gradientCases, ...noisy, ...drawn]) {
      const plan = draw();
      const compiled = await trained(plan, "compiled");
      const tape = await trained(plan, "tape");
      expect([compiled.path, tape.path]).toEqual(["compiled", "tape"]);
      const apart = Math.max(
        difference(tape.weights, compiled.weights),
        Math.abs(tape.loss - compiled.loss) / Math.max(1, Math.abs(tape.loss)),
      );
      for (const { node } of plan.steps) met.add(node.kind);
      if (!(apart <= 1e-4))
        wrong.push({ name, apart, kinds: plan.steps.map((it) => it.node.kind).join(" ") });
    }
    expect(wrong).toEqual([]);
    expect(Object.keys(kinds).filter((it) => !met.has(it))).toEqual([]);
  }, 60_000);
});
