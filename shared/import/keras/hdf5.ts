import { strToU8 } from "fflate";
import { readOriginals } from "../../compile/originals.ts";
import { shown } from "../../graph/json.ts";
import { answered, refuse } from "../../graph/reading.ts";
import { readHdf5, type StoredGroup } from "../../hdf5/read.ts";
import type { GivenFile, Import } from "../imported.ts";
import { jsonFrom } from "../json-file.ts";
import { readKerasModel } from "./read.ts";
import { type StoredArray, storeByName } from "./store.ts";
import { checkVersion } from "./version.ts";

/**
 * A whole model of Keras 2 or 3 in HDF5: the attribute `model_config`, and in the group `model_weights` a group for each
 * layer whose attribute `weight_names` lists its arrays in order (keras/src/legacy/saving/legacy_h5_format.py).
 * Refuses files of weights alone.
 */
export async function readHdf5Model(file: GivenFile): Promise<Import> {
  const place = shown(file.name);
  const met = await readHdf5(file.bytes, (root) => answered((): Import => modelIn(root, place)));
  return "found" in met
    ? met.found
    : { refused: `${place} cannot be read: ${met.refused} Take another copy of it.` };
}

function modelIn(root: StoredGroup, place: string): Import {
  const config = root.attribute("model_config");
  if (typeof config !== "string") {
    const isWeights =
      ["layers", "_layer_checkpoint_dependencies"].some((it) => root.group(it)) ||
      namesIn(root, "layer_names").length;
    return refuse(
      isWeights
        ? `${place} holds the weights of a Keras model without the model: save the whole model with model.save.`
        : `${place} is an HDF5 file, but no Keras model: it has no model_config. Save the model with model.save.`,
    );
  }
  checkVersion(root.attribute("keras_version"), place);
  const weights = root.group("model_weights");
  return readKerasModel({
    topology: jsonFrom(strToU8(config), `model_config in ${place}`),
    dialect: "keras",
    store: weights && storeByName(arraysIn(weights, place)),
    originals: originalsIn(root, place),
    file: place,
  });
}

function originalsIn(root: StoredGroup, place: string) {
  const written = root.attribute("receptive");
  return readOriginals(
    typeof written === "string" ? jsonFrom(strToU8(written), `receptive in ${place}`) : undefined,
  );
}

/** All arrays, first by their layer's name, then by their own, which may be those of layers in a nested model. */
function arraysIn(weights: StoredGroup, place: string): readonly StoredArray[] {
  const [own, full]: [StoredArray[], StoredArray[]] = [[], []];
  for (const layer of namesIn(weights, "layer_names")) {
    const group = weights.group(layer);
    const names = group ? namesIn(group, "weight_names") : [];
    const ends = names.map((it) => it.slice(it.lastIndexOf("/") + 1));
    for (const [index, name] of names.entries()) {
      const array = group && arrayIn(group, name, place);
      if (!array)
        return refuse(
          `${place} lists the array ${shown(name)} of ${shown(layer)} and does not have it. Save the model again.`,
        );
      const end = ends[index] ?? name;
      if (ends.indexOf(end) === ends.lastIndexOf(end)) own.push({ ...array, name: `${layer}/${end}` });
      full.push({ ...array, name: `${layer}/${name}` });
    }
  }
  return [...own, ...full];
}

/** A list of names; long ones are cut into several attributes with numbers behind their name. */
function namesIn(group: StoredGroup, name: string): readonly string[] {
  const texts = (attribute: string): readonly string[] => {
    const value = group.attribute(attribute);
    return Array.isArray(value)
      ? value.filter((it) => typeof it === "string")
      : typeof value === "string"
        ? [value]
        : [];
  };
  const all = [...texts(name)];
  for (let part = 0; part < 1000; part++) {
    const more = texts(`${name}${part}`);
    if (!more.length) break;
    all.push(...more);
  }
  return all;
}

/** Undefined where there is none. */
export function arrayIn(group: StoredGroup, name: string, place: string): StoredArray | undefined {
  const array = group.array(name);
  return (
    array && {
      name,
      shape: array.shape,
      read: () => {
        const met = array.read();
        return "values" in met
          ? met.values
          : refuse(
              `The array ${shown(name)} in ${place} cannot be read: ${met.refused} Save the model again.`,
            );
      },
    }
  );
}
