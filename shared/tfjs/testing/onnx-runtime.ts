import * as tf from "@tensorflow/tfjs-core";
import * as ort from "onnxruntime-web";
import type { Plan } from "../../compile/plan.ts";
import type { Weights } from "../../compile/weights.ts";
import { randomStream } from "../../nodes/random.ts";
import { isImage, type Shape, volume } from "../../nodes/shape.ts";
import { buildNetwork } from "../build.ts";
import { forward } from "../step.ts";

/**
 * How far apart our network and the file in ONNX Runtime are on a random example, relative where values exceed 1. `first`:
 * the file has its images channels first, at both ends.
 */
export async function difference(
  file: Uint8Array,
  plan: Plan,
  weights: Weights,
  { first }: { readonly first: boolean },
): Promise<number> {
  const shape = plan.steps[0]?.output ?? [1];
  const next = randomStream(7);
  const pixels = Float32Array.from({ length: volume(shape) }, () => next());
  const ours = byTfjs(plan, weights, pixels, shape);
  const theirs = await byRuntime(file, first ? turned(pixels, shape, "to first") : pixels, [
    1,
    ...(first ? firstDims(shape) : shape),
  ]);
  const output = plan.output?.output ?? [1];
  const values = first ? turned(theirs, output, "to last") : theirs;
  if (values.length !== ours.length) return Number.POSITIVE_INFINITY;
  const largest = ours.reduce((most, it) => Math.max(most, Math.abs(it)), 1);
  const apart = Array.from(ours, (it, at) => Math.abs(it - (values[at] ?? Number.NaN)) / largest);
  // NaN must not look like no difference.
  return apart.every(Number.isFinite) ? Math.max(...apart) : Number.POSITIVE_INFINITY;
}

const firstDims = (shape: Shape): readonly number[] =>
  isImage(shape) ? [shape[2], shape[0], shape[1]] : shape;

function turned(values: Float32Array, shape: Shape, way: "to first" | "to last"): Float32Array {
  if (!isImage(shape)) return values;
  const [height, width, channels] = shape;
  const result = new Float32Array(values.length);
  for (let pixel = 0; pixel < height * width; pixel++)
    for (let channel = 0; channel < channels; channel++) {
      const [last, first] = [pixel * channels + channel, channel * height * width + pixel];
      if (way === "to first") result[first] = values[last] ?? Number.NaN;
      else result[last] = values[first] ?? Number.NaN;
    }
  return result;
}

function byTfjs(plan: Plan, weights: Weights, pixels: Float32Array, shape: readonly number[]): Float32Array {
  const network = buildNetwork(plan, weights, 1);
  const values = tf.tidy(() => {
    const drawn = forward(network, tf.tensor(pixels, [1, ...shape]), false);
    return Float32Array.from((network.softmaxLeftOut ? tf.softmax(drawn) : drawn).dataSync<"float32">());
  });
  network.dispose();
  return values;
}

async function byRuntime(
  file: Uint8Array,
  pixels: Float32Array,
  shape: readonly number[],
): Promise<Float32Array> {
  ort.env.wasm.numThreads = 1;
  // What it says of constants that it folds is no news.
  ort.env.logLevel = "error";
  const session = await ort.InferenceSession.create(file);
  const [input = ""] = session.inputNames;
  const [output = ""] = session.outputNames;
  const answer = (await session.run({ [input]: new ort.Tensor("float32", pixels, shape) }))[output];
  await session.release();
  if (!(answer?.data instanceof Float32Array)) throw new Error("ONNX Runtime gave no floats.");
  return answer.data;
}
