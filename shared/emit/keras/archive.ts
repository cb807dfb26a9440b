import { strToU8, type ZippableFile, zipSync } from "fflate";
import { originalsOf } from "../../compile/originals.ts";
import { writeHdf5 } from "../../hdf5/write.ts";
import { notFinite } from "../sound-weights.ts";
import type { FileExport, GivenWeights, Subject } from "../subject.ts";
import type { Json } from "./json.ts";
import { kerasNetwork } from "./layers.ts";
import { inKerasOrder, type KerasLayer, type KerasNetwork } from "./network.ts";
import { kerasRefusal } from "./refusal.ts";
import { modelName } from "./words.ts";

/**
 * A Keras 3 model (`.keras`): `keras.models.load_model` loads it without code of ours. A functional model, channels last,
 * with the design's weights, trained or not, and uncompiled, since losses and optimizers are the program's business.
 * Layers are called after nodes; those that Keras lacks (locally connected, a pixel shuffle) stand there as several stock
 * layers, `id.conv2d` and so on, the last of which is called after the node. Refuses, with a sentence, weights that are not
 * finite and designs that are too large.
 * Format: a zip of metadata.json, config.json and model.weights.h5 (keras/src/saving/saving_lib.py). Arrays lie at
 * `layers/<class>_<number>/vars/<index>`, numbered class by class in the model's own order.
 */
export async function kerasArchive({ title, plan }: Subject, given: GivenWeights): Promise<FileExport> {
  const refused = kerasRefusal(plan, 3) ?? notFinite(plan, given.weights);
  if (refused) return { refused };
  const network = kerasNetwork(plan, given.weights, 3);
  const weights = await writeHdf5((root) => {
    const layers = root.group("layers");
    for (const [place, it] of placesOf(network)) {
      const arrays = it.arrays();
      if (arrays.length === 0) continue;
      const vars = layers.group(place).group("vars");
      for (const [index, { shape, values }] of arrays.entries()) vars.array(String(index), shape, values);
    }
  });
  // Trained weights do not compress; the configuration of a large design does. One date, so that equal designs are equal.
  const text = (json: Json): ZippableFile => [strToU8(JSON.stringify(json)), { level: 9 }];
  return {
    bytes: zipSync(
      {
        "metadata.json": text({ keras_version: "3.0.0", receptive: originalsOf(plan) }),
        "config.json": text(configOf(network, title)),
        "model.weights.h5": weights,
      },
      { level: 0, mtime: new Date(1980, 0, 1) },
    ),
  };
}

/** Where each layer keeps its arrays: `conv2d`, `conv2d_1`, `dense` … */
function placesOf(network: KerasNetwork): readonly (readonly [place: string, layer: KerasLayer])[] {
  const met = new Map<string, number>();
  return inKerasOrder(network).map((it) => {
    const stem = inSnakeCase(it.className);
    const before = met.get(stem) ?? 0;
    met.set(stem, before + 1);
    return [before ? `${stem}_${before}` : stem, it];
  });
}

/** `MaxPooling2D` → `max_pooling2d`, as Keras derives it (keras/src/utils/naming.py). */
const inSnakeCase = (className: string): string =>
  className
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();

function configOf(network: KerasNetwork, title: string): Json {
  const { layers, input, output } = network;
  const shapes = new Map(layers.map((it) => [it.name, [null, ...it.output]]));
  return {
    module: "keras.src.models.functional",
    class_name: "Functional",
    config: {
      name: modelName(title),
      trainable: true,
      layers: layers.map((it) => layerConfig(it, shapes)),
      input_layers: [[input, 0, 0]],
      output_layers: [[output, 0, 0]],
    },
    registered_name: "Functional",
  };
}

function layerConfig(
  { className, name, config, sources, merges, output }: KerasLayer,
  shapes: ReadonlyMap<string, Json>,
): Json {
  const ends = sources.map((it) => ({
    class_name: "__keras_tensor__",
    config: { shape: shapes.get(it) ?? null, dtype: "float32", keras_history: [it, 0, 0] },
  }));
  return {
    module: "keras.layers",
    class_name: className,
    config: {
      name,
      dtype: "float32",
      ...(sources.length ? {} : { batch_shape: [null, ...output] }),
      ...config,
    },
    registered_name: null,
    name,
    inbound_nodes: sources.length ? [{ args: merges ? [ends] : ends, kwargs: {} }] : [],
  };
}
