import * as tf from "@tensorflow/tfjs-core";
import { nodeBackends, nodeTime } from "../main/node-backends.ts";
import { compile } from "../shared/compile/compile.ts";
import { initialWeights } from "../shared/compile/weights.ts";
import { randomStream } from "../shared/nodes/random.ts";
import { type Shape, volume } from "../shared/nodes/shape.ts";
import { registerSimd } from "../shared/simd/node.ts";
import { createControl } from "../shared/tfjs/control.ts";
import { train } from "../shared/tfjs/fit.ts";
import { createViewer } from "../shared/tfjs/viewer.ts";
import type { Dataset, Examples } from "../shared/train/dataset.ts";
import { defaultRecipe } from "../shared/train/recipe.ts";
import { networks } from "./networks.ts";

// One measurement in a process of its own: `in-node.ts NETWORK BATCH BACKEND THREADS SECONDS [watched]` prints images per
// second; watched, with feature maps taken as often as the window shows them.
const [name, batch, backend, threads, seconds, how] = process.argv.slice(2);
const design = networks.find((it) => it.name === name);
if (!design || (backend !== "simd" && backend !== "cpu"))
  throw new Error(`usage: NETWORK BATCH simd|cpu THREADS SECONDS, got ${name} ${backend}`);
if (backend === "simd") await registerSimd({ threads: Number(threads) });
else await nodeBackends.start(backend);
await tf.setBackend(backend);
const plan = compile(design);
const shape = plan.steps[0]?.output ?? [1];
const control = createControl();
const dataset = noise(shape);
const viewer = createViewer(nodeTime, () => {});
await viewer.use(dataset);
const recipe = { ...defaultRecipe, batch: Number(batch), validation: 0 };
const job = { plan, dataset, weights: initialWeights(plan, 1), time: nodeTime };
// The first steps take memory from the system and are compiled by the engine; PyTorch's first steps do not count either.
const first = {
  ...dataset,
  train: { ...dataset.train, labels: dataset.train.labels.subarray(0, 3 * recipe.batch) },
};
await train({ ...job, dataset: first, recipe: { ...recipe, epochs: 1 }, control: createControl() });
const end = performance.now() + Number(seconds) * 1000;
const outcome = await train({
  ...job,
  recipe: { ...recipe, epochs: 10_000 },
  control,
  listener: {
    async rest(network, still) {
      if (how === "watched") await viewer.follow(network, 1, still);
      if (performance.now() > end) control.stop();
    },
  },
});
process.stdout.write(`${Math.round(outcome.imagesPerSecond)}\n`);
process.exit();

/** As many examples as pytorch.py takes. */
function noise(example: Shape): Dataset {
  const next = randomStream(1);
  const draw = (count: number): Examples => ({
    values: Float32Array.from({ length: count * volume(example) }, next),
    labels: Uint8Array.from({ length: count }, () => Math.floor(next() * 10)),
  });
  const classes = Array.from({ length: 10 }, (_, it) => String(it));
  return { name: "noise", example, classes, train: draw(2048), test: draw(64) };
}
