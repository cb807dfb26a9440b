import { strToU8 } from "fflate";
import { originalsOf } from "../../compile/originals.ts";
import type { NewGroup } from "../../hdf5/write.ts";
import { writeHdf5 } from "../../hdf5/write.ts";
import { notFinite } from "../sound-weights.ts";
import type { FileExport, GivenWeights, Subject } from "../subject.ts";
import type { Json } from "./json.ts";
import { kerasNetwork } from "./layers.ts";
import { inKerasOrder, type KerasArray, type KerasLayer, type KerasNetwork } from "./network.ts";
import { kerasRefusal } from "./refusal.ts";
import { modelName } from "./words.ts";

/**
 * A whole model in Keras' older format (`.h5`), for Keras 2, Keras 3 and TensorFlow.js' converter. As `kerasArchive`, but
 * also where tfjs' layers differ (bilinear upsampling) layers stand that all three agree on, and a leaky ReLU is a layer.
 * Format: attributes `model_config`, `keras_version` and `backend`, and the group `model_weights` with arrays at
 * `<layer>/<layer>/<array>:0` (keras/src/legacy/saving/legacy_h5_format.py).
 */
export async function kerasLegacy({ title, plan }: Subject, given: GivenWeights): Promise<FileExport> {
  const refused = kerasRefusal(plan, 2) ?? notFinite(plan, given.weights);
  if (refused) return { refused };
  const network = kerasNetwork(plan, given.weights, 2);
  const bytes = await writeHdf5((root) => {
    sign(root);
    root.text("model_config", JSON.stringify(configOf(network, title)));
    root.text("receptive", JSON.stringify(originalsOf(plan)));
    writeWeights(root.group("model_weights"), inKerasOrder(network));
  });
  return { bytes };
}

function sign(group: NewGroup): void {
  group.text("keras_version", "2.15.0");
  group.text("backend", "tensorflow");
}

function writeWeights(group: NewGroup, layers: readonly KerasLayer[]): void {
  sign(group);
  chunked(
    group,
    "layer_names",
    layers.map((it) => it.name),
  );
  for (const it of layers) {
    const within = group.group(it.name);
    const arrays = it.arrays().map((array) => ({ ...array, name: `${arrayName(it, array)}:0` }));
    within.texts(
      "weight_names",
      arrays.map(({ name }) => `${it.name}/${name}`),
    );
    if (arrays.length === 0) continue;
    const inner = within.group(it.name);
    for (const { name, shape, values } of arrays) inner.array(name, shape, values);
  }
}

/** Keras 2 and tfjs call a depthwise layer's kernel otherwise. */
const arrayName = ({ className }: KerasLayer, { name }: KerasArray): string =>
  className === "DepthwiseConv2D" && name === "kernel" ? "depthwise_kernel" : name;

/** Attributes of a group hold 64 KiB at most; Keras puts longer lists in several, `name0`, `name1` … */
function chunked(group: NewGroup, name: string, values: readonly string[]): void {
  const width = Math.max(1, ...values.map((it) => strToU8(it).length));
  const each = Math.floor(mostAttributeBytes / width);
  if (values.length <= each) {
    group.texts(name, values);
    return;
  }
  for (let from = 0; from < values.length; from += each)
    group.texts(`${name}${from / each}`, values.slice(from, from + each));
}

/** Keras' own limit, `HDF5_OBJECT_HEADER_LIMIT`. */
const mostAttributeBytes = 64_512;

const configOf = ({ layers, input, output }: KerasNetwork, title: string): Json => ({
  class_name: "Functional",
  config: {
    name: modelName(title),
    trainable: true,
    layers: layers.map(({ className, name, config, sources, output: shape }) => ({
      class_name: className,
      config: {
        name,
        dtype: "float32",
        ...(sources.length ? {} : { batch_input_shape: [null, ...shape], sparse: false }),
        ...config,
      },
      name,
      inbound_nodes: sources.length ? [sources.map((it) => [it, 0, 0, {}])] : [],
    })),
    input_layers: [[input, 0, 0]],
    output_layers: [[output, 0, 0]],
  },
});
