import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import type { Step } from "../compile/plan.ts";
import { isImage, volume } from "../nodes/shape.ts";
import type { FeatureMaps, Kernels } from "../protocol/training.ts";
import { softmax } from "../train/metrics.ts";
import type { Network } from "./build.ts";

/** What one image makes of every node. */
export interface Seen {
  readonly maps: readonly FeatureMaps[];
  readonly kernels?: Kernels;
}

/** Shows what a network makes of an image. It shares the network's weights and holds nothing to dispose. */
export interface Watcher {
  /**
   * `pixels` are those of one image, channels last. Dropout is off, batch norm uses its averages. Every node gives its
   * first eight maps; the focus gives all of them and its kernels; the output gives class probabilities.
   */
  look(pixels: Float32Array, focus?: string): Promise<Seen>;
}

const mapsPerNode = 8;

export function createWatcher(network: Network): Watcher {
  const watched = network.plan.steps.filter((it) => it.kind.family !== "input");
  const entrances = network.plan.steps.filter((it) => it.kind.family === "input");
  const [entrance] = entrances;
  const outputs = watched.flatMap(({ node }) => network.outputs.get(node.id) ?? []);
  const model = outputs.length ? tfl.model({ inputs: network.model.inputs, outputs }) : undefined;
  return {
    async look(pixels, focus) {
      // Asked for before the first wait, since a run may end and dispose of its network while this one waits.
      const kernels = kernelsOf(network, focus);
      const counts = watched.map((it) =>
        it.node.id === focus ? channels(it) : Math.min(mapsPerNode, channels(it)),
      );
      const values =
        model && entrance ? await read(model, [1, ...entrance.output], pixels, counts) : new Float32Array();
      let from = 0;
      const maps = watched.map((step, index): FeatureMaps => {
        const count = counts[index] ?? 0;
        const to = from + (volume(step.output) / channels(step)) * count;
        const own = values.subarray(from, to);
        from = to;
        const decides = step === network.plan.output && !isImage(step.output);
        return mapsOf(step, count, decides ? softmax(own) : own);
      });
      // Every input gets the same example.
      const own = entrances.map((it) =>
        mapsOf(it, Math.min(mapsPerNode, channels(it)), firstChannels(it, pixels)),
      );
      return { maps: [...own, ...maps], ...(await kernels) };
    },
  };
}

/** How long to wait after a look that took `ms`, so that looking takes less than a twentieth of the time. */
export const pauseAfterLook = (ms: number): number => Math.max(shortestPauseMs, ms * 20);
// About nine a second; the eye sees no more in a small picture.
const shortestPauseMs = 110;

/** A vector is one picture of 1 × n, an image one picture for each channel. */
const channels = ({ output }: Step): number => (isImage(output) ? output[2] : 1);

/** One pass and one reading: on a graphics card every reading waits for all that was ordered before. */
async function read(
  model: tfl.LayersModel,
  shape: readonly number[],
  pixels: Float32Array,
  counts: readonly number[],
): Promise<Float32Array> {
  const all = tf.tidy(() => {
    const answer = model.apply(tf.tensor(pixels, [...shape]), { training: false });
    const tensors = (Array.isArray(answer) ? answer : [answer]) as tf.Tensor[];
    return tf.concat(tensors.map((it, index) => tf.reshape(firstMaps(it, counts[index] ?? 0), [-1])));
  });
  // A copy, since the cpu backend hands out the tensor's own array and these numbers travel on.
  const values = Float32Array.from(await all.data<"float32">());
  all.dispose();
  return values;
}

const firstMaps = (it: tf.Tensor, count: number): tf.Tensor =>
  it.rank === 4 && count < (it.shape[3] ?? 0)
    ? tf.slice(it, [0, 0, 0, 0], [1, it.shape[1] ?? 0, it.shape[2] ?? 0, count])
    : it;

function firstChannels(step: Step, pixels: Float32Array): Float32Array {
  const all = channels(step);
  return all <= mapsPerNode ? pixels : pixels.filter((_, index) => index % all < mapsPerNode);
}

/** `interleaved` holds pixel after pixel, each with `count` channels; pictures want map after map. */
function mapsOf({ node, output }: Step, count: number, interleaved: Float32Array): FeatureMaps {
  const values = new Float32Array(interleaved.length);
  const size = interleaved.length / count;
  for (let map = 0; map < count; map++)
    for (let pixel = 0; pixel < size; pixel++)
      values[map * size + pixel] = interleaved[pixel * count + map] ?? 0;
  return { node: node.id, shape: output, count, values };
}

async function kernelsOf(network: Network, focus: string | undefined): Promise<{ kernels?: Kernels }> {
  const step = network.plan.steps.find((it) => it.node.id === focus);
  const [kernel] = step?.weights ?? [];
  const variable = step && network.stored.get(step.node.id)?.[0];
  if (!step || kernel?.name !== "kernel" || kernel.shape.length !== 4 || !variable) return {};
  const values = Float32Array.from(await variable.data<"float32">());
  return { kernels: { node: step.node.id, shape: kernel.shape, values } };
}
