import { readOriginals } from "../../compile/originals.ts";
import { shown } from "../../graph/json.ts";
import { answered, record, refuse } from "../../graph/reading.ts";
import { readHdf5, type StoredGroup } from "../../hdf5/read.ts";
import type { GivenFile, Import } from "../imported.ts";
import { jsonFrom } from "../json-file.ts";
import { readModelJson } from "../tfjs.ts";
import { filesInZip, type Packed } from "../zip.ts";
import { arrayIn } from "./hdf5.ts";
import { readKerasModel } from "./read.ts";
import { storeByPlace } from "./store.ts";
import { checkVersion } from "./version.ts";

type Files = ReadonlyMap<string, Packed>;

/**
 * A zip file: a Keras 3 model (`.keras`: `config.json`, `metadata.json` and `model.weights.h5`, whose arrays lie at
 * `layers/conv2d_1/vars/0`; keras/src/saving/saving_lib.py), or a TensorFlow.js model with its shards. Refuses by name
 * what else is a zip: PyTorch's pickles, NumPy's arrays, SavedModels.
 */
export async function readZip(file: GivenFile): Promise<Import> {
  const place = shown(file.name);
  const opened = answered(() => contents(file.bytes, place));
  if ("refused" in opened || opened.kind === "tfjs")
    return "refused" in opened ? opened : readModelJson(opened.model, opened.files);
  const { config, metadata, weights } = opened;
  const read = (root: StoredGroup | undefined): Import =>
    answered(() =>
      readKerasModel({
        topology: config,
        dialect: "keras",
        store:
          root && storeByPlace((name) => arrayIn(root, name, place) ?? arrayIn(root, older(name), place)),
        originals: readOriginals(metadata.receptive),
        file: place,
      }),
    );
  if (!weights) return read(undefined);
  const met = await readHdf5(weights, read);
  return "found" in met
    ? met.found
    : { refused: `The weights in ${place} cannot be read: ${met.refused} Save the model again.` };
}

/** Where Keras 2.13 put its layers. */
const older = (place: string): string => place.replaceAll("layers/", "_layer_checkpoint_dependencies/");

function contents(bytes: Uint8Array, place: string) {
  const files = filesInZip(bytes, place);
  const config = files.get("config.json");
  if (!config) return tfjsIn(files, place);
  const metadata = record(
    files.has("metadata.json") ? jsonIn(files, "metadata.json", place) : {},
    `metadata.json in ${place}`,
  );
  checkVersion(metadata.keras_version, place);
  if (files.has("model.weights.json"))
    refuse(
      `${place} keeps its weights in several files, which cannot be read: save the model without max_shard_size.`,
    );
  return {
    kind: "keras",
    config: jsonIn(files, "config.json", place),
    metadata,
    weights: files.get("model.weights.h5")?.read(),
  } as const;
}

const jsonIn = (files: Files, name: string, place: string): unknown =>
  jsonFrom(files.get(name)?.read() ?? new Uint8Array(), `${name} in ${place}`);

function tfjsIn(files: Files, place: string) {
  const names = [...files.keys()];
  const has = (pattern: RegExp): boolean => names.some((it) => pattern.test(it));
  if (has(/(?:^|\/)data\.pkl$/))
    refuse(
      `${place} is a Python pickle of PyTorch. Loading one can run any program, so it is never loaded: save the weights with safetensors.torch.save_file, or export the model with torch.onnx.export.`,
    );
  const model = names.find((it) => /(?:^|\/)model\.json$/.test(it));
  if (model !== undefined) {
    const folder = model.slice(0, -"model.json".length);
    const beside = [...files.values()].filter((it) => it.name.startsWith(folder));
    if (beside.reduce((sum, it) => sum + it.size, 0) > mostUnpacked)
      refuse(
        `${place} would have more than ${mostUnpacked} bytes beside its model.json. Unpack it and choose the model.`,
      );
    const unpacked = beside.map(
      (it): GivenFile => ({ name: it.name.slice(it.name.lastIndexOf("/") + 1), bytes: it.read() }),
    );
    const found = unpacked.find((it) => it.name === "model.json");
    if (found) return { kind: "tfjs", model: found, files: unpacked } as const;
  }
  if (has(/(?:^|\/)saved_model\.pb$/))
    refuse(
      `${place} holds a TensorFlow SavedModel, which cannot be read: load it in Python and save it with model.save as .keras.`,
    );
  if (has(/\.npy$/))
    refuse(
      `${place} holds arrays of NumPy and no model: save them with safetensors, and import that onto a design.`,
    );
  return refuse(
    `${place} is a zip file without a model: neither a config.json of Keras nor a model.json of TensorFlow.js lies in it.`,
  );
}

const mostUnpacked = 2 ** 29;
