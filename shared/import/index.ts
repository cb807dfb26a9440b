import type { Design } from "../graph/graph.ts";
import { shown } from "../graph/json.ts";
import type { GivenFile, Import } from "./imported.ts";
import { readZip } from "./keras/archive.ts";
import { readHdf5Model } from "./keras/hdf5.ts";
import { readOnnx } from "./onnx/read.ts";
import { type FileKind, kindOfFile } from "./recognise.ts";
import { readSafetensors } from "./safetensors/read.ts";
import { readModelJson } from "./tfjs.ts";

/** Reads one kind of file. `all` are the files that were given with it, itself among them. */
type Reader = (
  file: GivenFile,
  all: readonly GivenFile[],
  onto: Design | undefined,
) => Import | Promise<Import>;

/** What can be read. */
const readers: Readonly<Partial<Record<FileKind, Reader>>> = {
  zip: readZip,
  hdf5: readHdf5Model,
  json: readModelJson,
  onnx: readOnnx,
  safetensors: (file, _, onto) => readSafetensors(file, onto),
};

/** What is known by name and cannot be read: why, and what to do instead. */
const refusals: Readonly<Partial<Record<FileKind, string>>> = {
  empty: "is empty. Take another copy of it",
  pickle:
    "is a Python pickle, as torch.save writes them. Loading one can run any program, so it is never loaded: save the weights with safetensors.torch.save_file, or export the model with torch.onnx.export",
  "saved model":
    "is the graph of a TensorFlow SavedModel, which cannot be read: load it in Python and save it with model.save as .keras, or convert it with tensorflowjs_converter to a layers-model",
  "frozen graph":
    "is a frozen TensorFlow graph, which cannot be read: save the Keras model that it came from as .keras",
  tflite:
    "is a TensorFlow Lite model, which cannot be read: import the Keras model that it was converted from",
  "git-lfs pointer": "is a pointer of Git LFS and not the file itself: fetch it with git lfs pull",
  gzip: "is compressed with gzip: unpack it first",
  tar: "is a tar archive: unpack it and choose the model inside",
};

/** Formats that `importModel` reads, for sentences. */
const readable =
  "a TensorFlow.js layers-model (model.json and its weights), a Keras model (.keras, .h5), ONNX, or safetensors";

/**
 * Reads a model. What a file is, its content says and not its name. Several files are a `model.json` with its shards of
 * weights. `onto` is the design that weights without a structure (safetensors) belong to. Files of any content are
 * answered in bounded time and memory: refused with one sentence, never with an exception. Same files, same answer.
 */
export async function importModel(files: readonly GivenFile[], onto?: Design): Promise<Import> {
  const [first, ...others] = files;
  if (!first) return { refused: `No file was given. Choose ${readable}.` };
  const main = others.length ? files.find((it) => kindOfFile(it.bytes) === "json") : first;
  if (!main)
    return {
      refused: `There are ${files.length} files and no model.json among them. Choose one model at a time: ${readable}.`,
    };
  const kind = kindOfFile(main.bytes);
  const reader = readers[kind];
  if (reader) return reader(main, files, onto);
  const refused = refusals[kind];
  return {
    refused: refused
      ? `${shown(main.name)} ${refused}.`
      : `${shown(main.name)} is no file that can be imported. Choose ${readable}.`,
  };
}
