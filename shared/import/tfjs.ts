import { readOriginals } from "../compile/originals.ts";
import { shown } from "../graph/json.ts";
import { answered, type Fields, got, list, record, refuse, string } from "../graph/reading.ts";
import { show, volume } from "../nodes/shape.ts";
import type { GivenFile, Import } from "./imported.ts";
import { jsonFrom } from "./json-file.ts";
import { readKerasModel } from "./keras/read.ts";
import { type Store, type StoredArray, storeByName } from "./keras/store.ts";
import { bytesEach, type NumberType, numbersFrom } from "./numbers.ts";

/**
 * A TensorFlow.js layers-model: `model.json` and the shards of weights that it names, or the architecture alone, also as
 * Keras' `to_json` writes it. Format: tfjs's `io.ModelJSON` (tfjs-core, io/types.ts); topology in Keras' words.
 * Refuses graph-models, shards that are missing or too short, and types of weights that are no numbers.
 */
export function readModelJson(file: GivenFile, all: readonly GivenFile[]): Import {
  return answered((): Import => {
    const place = shown(file.name);
    const json = record(jsonFrom(file.bytes, place), place);
    const topology = topologyOf(json, place);
    const store = json.weightsManifest === undefined ? undefined : storeOf(json.weightsManifest, all, place);
    const { userDefinedMetadata: remarks } = json;
    const model = readKerasModel({
      topology,
      dialect: json.modelTopology === undefined ? "keras" : "tfjs",
      store: store === "not given" ? undefined : store,
      originals: readOriginals(
        typeof remarks === "object" && remarks !== null ? record(remarks, place).receptive : undefined,
      ),
      file: place,
    });
    if (store !== "not given") return model;
    const words =
      "Its files of weights were not given, so the design starts anew: choose them together with it.";
    return { ...model, report: [...model.report, { source: file.name, fate: "refused", words }] };
  });
}

/** Refuses, by their names, the other things that are JSON. */
function topologyOf(json: Fields, place: string): unknown {
  if (json.format === "graph-model" || (json.modelTopology !== undefined && isGraph(json.modelTopology)))
    refuse(
      `${place} is a graph-model of TensorFlow.js, whose operations are those of a finished program: convert the Keras model that it came from to a layers-model instead.`,
    );
  if (json.modelTopology !== undefined) {
    const topology = record(json.modelTopology, `modelTopology of ${place}`);
    return topology.model_config ?? topology;
  }
  if (json.class_name !== undefined) return json;
  if (json.designs !== undefined) refuse(`${place} is a document of Receptive: open it instead.`);
  return refuse(
    `${place} describes no model: it has no modelTopology. Choose the model.json of a TensorFlow.js layers-model.`,
  );
}

const isGraph = (topology: unknown): boolean =>
  typeof topology === "object" && topology !== null && ("node" in topology || "library" in topology);

const types: Readonly<Record<string, NumberType>> = {
  float32: "F32",
  float16: "F16",
  int32: "I32",
  uint16: "U16",
  uint8: "U8",
  bool: "U8",
};

function storeOf(manifest: unknown, all: readonly GivenFile[], place: string): Store | "not given" {
  const files = new Map(all.map((it) => [it.name, it.bytes]));
  const groups = list(manifest, `weightsManifest of ${place}`, 10_000).map((it, index) => {
    const where = `weightsManifest[${index}] of ${place}`;
    const group = record(it, where);
    const paths = list(group.paths, `${where}, in paths,`, 10_000).map((path) =>
      lastName(string(path, where)),
    );
    return { where, paths, weights: list(group.weights, `${where}, in weights,`, 100_000) };
  });
  const wanted = groups.flatMap((it) => it.paths);
  const missing = wanted.find((it) => !files.has(it));
  if (missing !== undefined) {
    if (wanted.every((it) => !files.has(it))) return "not given";
    refuse(
      `${place} needs the file ${shown(missing)}, which was not given. Choose all of its files together.`,
    );
  }
  return storeByName(
    groups.flatMap(({ where, paths, weights }) => {
      const bytes = joined(paths.flatMap((it) => files.get(it) ?? []));
      let at = 0;
      return weights.map((it, index) => {
        const array = arrayOf(it, `${where}, in weights[${index}],`, bytes, at);
        at += array.length;
        return array;
      });
    }),
  );
}

function arrayOf(
  written: unknown,
  place: string,
  bytes: Uint8Array,
  start: number,
): StoredArray & { readonly length: number } {
  const { name: named, shape: sizes, dtype, quantization } = record(written, place);
  const name = string(named, `${place} name`);
  const shape = list(sizes, `${place} shape`, 16).map((it) =>
    typeof it === "number" && Number.isSafeInteger(it) && it >= 0
      ? it
      : refuse(`${place} shape must have whole numbers from 0, got ${got(it)}.`),
  );
  const packed = quantization === undefined ? undefined : record(quantization, `${place} quantization`);
  const word = string(packed?.dtype ?? dtype, `${place} dtype`);
  const type = Object.hasOwn(types, word) ? types[word] : undefined;
  if (!type)
    return refuse(
      `${shown(name)}, at ${place} has values of type ${shown(word)}, which are no weights of a network.`,
    );
  const length = volume(shape) * bytesEach[type];
  if (!(start + length <= bytes.length))
    refuse(
      `${shown(name)}, at ${place} is ${show(shape) || "one number"} and ends at byte ${start + length} of its files, which have ${bytes.length}. They were cut off: take another copy of them.`,
    );
  const [scale, min] = [packed?.scale ?? 1, packed?.min ?? 0];
  if (typeof scale !== "number" || typeof min !== "number")
    return refuse(
      `${place} quantization must have numbers as scale and min, got ${got(scale)} and ${got(min)}.`,
    );
  return {
    name,
    shape,
    length,
    read: () => {
      const values = numbersFrom(bytes.subarray(start, start + length), type);
      if (packed && type !== "F16") for (const [at, it] of values.entries()) values[at] = it * scale + min;
      return values;
    },
  };
}

const lastName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = parts;
  if (only && !more.length) return only;
  const all = new Uint8Array(parts.reduce((sum, it) => sum + it.length, 0));
  let at = 0;
  for (const it of parts) {
    all.set(it, at);
    at += it.length;
  }
  return all;
}
