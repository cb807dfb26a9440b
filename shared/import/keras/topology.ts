import { shown } from "../../graph/json.ts";
import { limits } from "../../graph/limits.ts";
import { type Fields, list, record, refuse } from "../../graph/reading.ts";
import { inOrder, kerasOrder, keyOf, nestedUses, tasksOf } from "./calls.ts";
import { isModel, type Layer, layerName, layerOf } from "./layer.ts";
import { placesOf } from "./places.ts";
import { type Reference, referencesIn } from "./references.ts";

/** One layer as it is called at one place of the network. Nested models are laid open: their layers stand here. */
export interface LayerCall {
  /** Its name, behind those of the models that it is nested in. */
  readonly path: readonly string[];
  readonly className: string;
  /** `keras.layers`, or the module of a bare operation; empty in files of Keras 2 and tfjs. */
  readonly module: string;
  readonly config: Fields;
  /** The calls that feed it, as indices of the list. */
  readonly inputs: readonly number[];
  /** How many places the layer is called at, with the same weights. */
  readonly uses: number;
  /** Where a `.keras` file has its arrays: `layers/conv2d_1`. */
  readonly place: string;
}

export interface Topology {
  readonly name: string;
  /** In an order in which every call stands behind those that feed it. */
  readonly calls: readonly LayerCall[];
  /** The calls whose results the model gives. */
  readonly outputs: readonly number[];
}

/** Deeper nesting than this is nobody's network. */
const deepest = 8;

/**
 * A model's configuration as Keras 2, Keras 3 and tfjs write it: `{class_name, config}` of a functional or sequential
 * model. Refuses, with the layer's place, what is no such thing, and networks that go in circles.
 */
export function readTopology(written: unknown, place: string): Topology {
  const model = layerOf(written, place);
  const calls: LayerCall[] = [];
  const outputs = expand(model, place, {
    path: [],
    weights: "",
    given: undefined,
    calls,
    opened: [],
    uses: 1,
    depth: 0,
  });
  return { name: layerName(model, ""), calls, outputs };
}

interface Site {
  readonly path: readonly string[];
  readonly weights: string;
  /** What a nested model is called on; undefined for the outermost, whose inputs are layers. */
  readonly given: readonly number[] | undefined;
  readonly calls: LayerCall[];
  /** The models that were laid open so far. */
  readonly opened: string[];
  /** How many places the model is called at. */
  readonly uses: number;
  readonly depth: number;
}

/** Adds a model's layers to the calls; gives its outputs. */
function expand(model: Layer, place: string, site: Site): readonly number[] {
  if (site.depth > deepest)
    refuse(`${place} nests models deeper than ${deepest}. Import one of the inner models.`);
  // Models without layers of their own, called often by models that are called often, would never end.
  site.opened.push(place);
  if (site.opened.length > limits.nodes)
    refuse(`${place} is called too often. Import one of the inner models.`);
  if (!isModel(model))
    refuse(
      `${place} is a ${shown(model.className)} without a list of layers. Only functional and sequential models say how they are built: save the model as one of them.`,
    );
  const written = list(model.config.layers, `${place}.config.layers`, limits.nodes);
  const layers = written.map((it, index) => layerOf(it, `${place}.config.layers[${index}]`));
  return model.fields.class_name === "Sequential" ||
    layers.every((it) => it.fields.inbound_nodes === undefined)
    ? sequential(model, layers, place, site)
    : functional(model, layers, place, site);
}

function sequential(model: Layer, layers: readonly Layer[], place: string, site: Site): readonly number[] {
  const places = placesOf(layers, site.weights, [...layers.keys()]);
  const [first] = layers;
  let before: readonly number[] = site.given ?? [];
  if (first && !site.given && first.className !== "InputLayer") before = entrance(model, first, place, site);
  for (const [index, layer] of layers.entries()) {
    if (layer.className === "InputLayer" && site.given) continue;
    const name = layerName(layer, `layer_${index}`);
    before = called(layer, name, 1, before, places[index] ?? "", `${place}.config.layers[${index}]`, site);
  }
  return before;
}

/** The input of a sequential model that has no layer for it: its first layer, or the model, says the shape. */
function entrance(model: Layer, first: Layer, place: string, site: Site): readonly number[] {
  const inner = isModel(first)
    ? layerOf(list(first.config.layers, place, limits.nodes)[0], `${place}.config.layers[0]`)
    : first;
  const build =
    typeof model.fields.build_config === "object" ? record(model.fields.build_config ?? {}, place) : {};
  const shape =
    inner.config.batch_input_shape ??
    inner.config.batch_shape ??
    model.config.build_input_shape ??
    build.input_shape;
  if (shape === undefined)
    refuse(
      `${place} does not say what shape its input has. Give the first layer an input_shape, or build the model before it is saved.`,
    );
  return called(
    { className: "InputLayer", module: "keras.layers", config: { batch_shape: shape }, fields: {} },
    "image",
    1,
    [],
    "",
    place,
    site,
  );
}

/** One call of a layer, or of all layers of a nested model. */
function called(
  layer: Layer,
  name: string,
  uses: number,
  inputs: readonly number[],
  weights: string,
  place: string,
  site: Site,
): readonly number[] {
  const path = [...site.path, name];
  if (isModel(layer))
    return expand(layer, place, {
      ...site,
      path,
      weights,
      given: inputs,
      uses: uses * site.uses,
      depth: site.depth + 1,
    });
  const { className, module, config } = layer;
  site.calls.push({ path, className, module, config, inputs, uses: uses * site.uses, place: weights });
  if (site.calls.length > limits.nodes)
    refuse(`The model has more than ${limits.nodes} layers, which no design can hold. Import a part of it.`);
  return [site.calls.length - 1];
}

function functional(model: Layer, layers: readonly Layer[], place: string, site: Site): readonly number[] {
  const tasks = layers.flatMap((layer, index) => tasksOf(layer, index, `${place}.config.layers[${index}]`));
  const nested = nestedUses(tasks);
  const key = ({ layer, node }: Reference): string => keyOf(layer, node - (nested.get(layer) ?? 0));
  const entrances = referencesIn(model.config.input_layers, `${place}.config.input_layers`);
  const exits = referencesIn(model.config.output_layers, `${place}.config.output_layers`);
  const given = new Map(entrances.map((it, slot) => [it.layer, site.given?.[slot]]));
  const ordered = inOrder(tasks, layers, key, place);
  const places = placesOf(layers, site.weights, kerasOrder(ordered, exits.map(key), key));
  const done = new Map<string, readonly number[]>();
  const resolve = (it: Reference): number | undefined => done.get(key(it))?.[it.tensor];
  for (const { layer, name, index, uses, call, from } of ordered) {
    const entered = layer.className === "InputLayer" ? given.get(name) : undefined;
    const inputs = from.map(
      (it) =>
        resolve(it) ??
        refuse(
          `The layer ${shown(name)} of ${place} takes result ${it.tensor} of ${shown(it.layer)}, which has fewer. The file is damaged: save the model again.`,
        ),
    );
    const results =
      entered === undefined
        ? called(layer, name, uses, inputs, places[index] ?? "", `${place}.config.layers[${index}]`, site)
        : [entered];
    done.set(keyOf(name, call), results);
  }
  return exits.map(
    (it) =>
      resolve(it) ??
      refuse(
        `${place}.config.output_layers names ${shown(it.layer)}, which is no layer of it. The file is damaged: save the model again.`,
      ),
  );
}
