import * as tf from "@tensorflow/tfjs-core";
import { nodeBackends, nodeTime } from "../main/node-backends.ts";
import { compile } from "../shared/compile/compile.ts";
import { initialWeights } from "../shared/compile/weights.ts";
import { createControl } from "../shared/tfjs/control.ts";
import { train } from "../shared/tfjs/fit.ts";
import { digits } from "../shared/train/digits/digits.ts";
import { defaultRecipe } from "../shared/train/recipe.ts";
import { networks } from "./networks.ts";

// One measurement in a process of its own: `in-node.ts NETWORK BATCH BACKEND SECONDS` prints images per second.
const [name, batch, backend, seconds] = process.argv.slice(2);
const design = networks.find((it) => it.name === name);
if (!design || (backend !== "simd" && backend !== "cpu"))
  throw new Error(`usage: NETWORK BATCH simd|cpu SECONDS, got ${name} ${backend}`);
await nodeBackends.start(backend);
await tf.setBackend(backend);
const plan = compile(design);
const control = createControl();
const end = performance.now() + Number(seconds) * 1000;
const outcome = await train({
  plan,
  dataset: digits(),
  recipe: { ...defaultRecipe, epochs: 10_000, batch: Number(batch), validation: 0 },
  weights: initialWeights(plan, 1),
  control,
  time: nodeTime,
  listener: {
    async rest() {
      if (performance.now() > end) control.stop();
    },
  },
});
process.stdout.write(`${Math.round(outcome.imagesPerSecond)}\n`);
process.exit();
