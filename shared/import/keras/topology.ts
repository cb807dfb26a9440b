import { shown } from "../../graph/json.ts";
import { limits } from "../../graph/limits.ts";
import { type Fields, got, list, record, refuse, string } from "../../graph/reading.ts";

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
/** More names than this feed no layer. */
const mostInputs = limits.slot + 1;

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
  return { name: nameOf(model, ""), calls, outputs };
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

interface Layer {
  readonly className: string;
  readonly module: string;
  readonly config: Fields;
  readonly fields: Fields;
}

function layerOf(written: unknown, place: string): Layer {
  const fields = record(written, place);
  const className = string(fields.class_name, `${place}.class_name`);
  // Sequential models of old versions are a list of layers.
  const config = Array.isArray(fields.config)
    ? { layers: fields.config }
    : record(fields.config, `${place}.config`);
  return { className, module: typeof fields.module === "string" ? fields.module : "", config, fields };
}

const nameOf = ({ fields, config }: Layer, otherwise: string): string =>
  typeof fields.name === "string" ? fields.name : typeof config.name === "string" ? config.name : otherwise;

const isModel = ({ config }: Layer): boolean => Array.isArray(config.layers);

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
  const places = placesOf(layers, site.weights);
  const [first] = layers;
  let before: readonly number[] = site.given ?? [];
  if (first && !site.given && first.className !== "InputLayer") before = entrance(model, first, place, site);
  for (const [index, layer] of layers.entries()) {
    if (layer.className === "InputLayer" && site.given) continue;
    const name = nameOf(layer, `layer_${index}`);
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

interface Task {
  readonly layer: Layer;
  readonly index: number;
  readonly name: string;
  readonly call: number;
  readonly uses: number;
  readonly from: readonly Reference[];
}

interface Reference {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

const keyOf = (layer: string, node: number): string => `${node} ${layer}`;

function functional(model: Layer, layers: readonly Layer[], place: string, site: Site): readonly number[] {
  const places = placesOf(layers, site.weights);
  const tasks = layers.flatMap((layer, index) => tasksOf(layer, index, `${place}.config.layers[${index}]`));
  const nested = nestedUses(tasks);
  const done = new Map<string, readonly number[]>();
  const entrances = referencesIn(model.config.input_layers, `${place}.config.input_layers`);
  const given = new Map(entrances.map((it, slot) => [it.layer, site.given?.[slot]]));
  const resolve = ({ layer, node, tensor }: Reference): number | undefined =>
    done.get(keyOf(layer, node - (nested.get(layer) ?? 0)))?.[tensor];

  // Kahn 1962. A call waits for each of its references.
  const names = new Set(layers.map((it, index) => nameOf(it, `layer_${index}`)));
  const waiting = new Map<string, Task[]>();
  const open = new Map<Task, number>();
  const ready: Task[] = [];
  for (const task of tasks) {
    open.set(task, task.from.length);
    if (task.from.length === 0) ready.push(task);
    for (const { layer, node } of task.from) {
      if (!names.has(layer))
        refuse(
          `The layer ${shown(task.name)} of ${place} takes from ${shown(layer)}, which is no layer of it. The file is damaged: save the model again.`,
        );
      const key = keyOf(layer, node - (nested.get(layer) ?? 0));
      const others = waiting.get(key);
      if (others) others.push(task);
      else waiting.set(key, [task]);
    }
  }
  let finished = 0;
  for (let next = 0; next < ready.length; next++) {
    const task = ready[next];
    if (!task) break;
    finished++;
    const { layer, name, index, uses, call, from } = task;
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
    const key = keyOf(name, call);
    done.set(key, results);
    for (const other of waiting.get(key) ?? []) {
      const left = (open.get(other) ?? 0) - 1;
      open.set(other, left);
      if (left === 0) ready.push(other);
    }
  }
  if (finished < tasks.length) {
    const stuck = tasks.find((it) => (open.get(it) ?? 0) > 0);
    refuse(
      `The layer ${shown(stuck?.name ?? "")} of ${place} waits for its own result: the network goes in a circle, which none may.`,
    );
  }
  return referencesIn(model.config.output_layers, `${place}.config.output_layers`).map(
    (it) =>
      resolve(it) ??
      refuse(`${place}.config.output_layers names ${shown(it.layer)}, which is no layer of it.`),
  );
}

function tasksOf(layer: Layer, index: number, place: string): readonly Task[] {
  const name = nameOf(layer, `layer_${index}`);
  const nodes = list(layer.fields.inbound_nodes ?? [], `${place}.inbound_nodes`, limits.nodes);
  if (!nodes.length) return [{ layer, index, name, call: 0, uses: 1, from: [] }];
  return nodes.map((node, call) => {
    const from = tensorsIn(node, `${place}.inbound_nodes[${call}]`);
    if (from.length > mostInputs)
      refuse(`${place} takes ${from.length} inputs; at most ${mostInputs} can be drawn.`);
    return { layer, index, name, call, uses: nodes.length, from };
  });
}

/**
 * What is subtracted from the node numbers of nested models: Keras counts their own first run as node 0, but for
 * sequential models in Keras 3.
 */
function nestedUses(tasks: readonly Task[]): ReadonlyMap<string, number> {
  const models = new Map(tasks.filter((it) => isModel(it.layer)).map((it) => [it.name, it.uses]));
  const highest = new Map<string, number>();
  const lowest = new Map<string, number>();
  for (const { from } of tasks)
    for (const { layer, node } of from) {
      highest.set(layer, Math.max(highest.get(layer) ?? 0, node));
      lowest.set(layer, Math.min(lowest.get(layer) ?? node, node));
    }
  return new Map(
    [...models].map(([name, uses]) => [
      name,
      (lowest.get(name) ?? 1) > 0 && (highest.get(name) ?? 1) >= uses ? 1 : 0,
    ]),
  );
}

/** One call's tensors: `[["conv", 0, 0, {}], …]` or `["conv", 0, 0, {}]` before Keras 3, `{args, kwargs}` since. */
function tensorsIn(node: unknown, place: string): readonly Reference[] {
  if (!Array.isArray(node)) return kerasTensors(record(node, place).args, place, 0);
  if (typeof node[0] === "string") return [reference(node, place)];
  return list(node, place, mostInputs).map((it, slot) => reference(it, `${place}[${slot}]`));
}

function kerasTensors(value: unknown, place: string, depth: number): readonly Reference[] {
  if (depth > deepest)
    return refuse(`${place} is nested too deep. The file is damaged: save the model again.`);
  if (Array.isArray(value))
    return value.length > mostInputs
      ? refuse(`${place} has ${value.length} inputs; at most ${mostInputs} can be drawn.`)
      : value.flatMap((it) => kerasTensors(it, place, depth + 1));
  if (typeof value !== "object" || value === null) return [];
  const fields = record(value, place);
  if (fields.class_name !== "__keras_tensor__") return [];
  return [reference(record(fields.config, place).keras_history, `${place}, in keras_history,`)];
}

/** `[layer, node, tensor]`. */
function reference(value: unknown, place: string): Reference {
  const [layer, node = 0, tensor = 0] = list(value, place, 8);
  const isCount = (it: unknown): it is number =>
    typeof it === "number" && Number.isSafeInteger(it) && it >= 0;
  if (!isCount(node) || !isCount(tensor))
    return refuse(
      `${place} must be [layer, node, tensor], got ${got(value)}. The file is damaged: save the model again.`,
    );
  return { layer: string(layer, place), node, tensor };
}

/** `[["image", 0, 0]]`, `["image", 0, 0]`, or an object of those. */
function referencesIn(value: unknown, place: string): readonly Reference[] {
  if (Array.isArray(value))
    return typeof value[0] === "string"
      ? [reference(value, place)]
      : list(value, place, mostInputs).map((it) => reference(it, place));
  return Object.values(record(value, place)).map((it) => reference(it, place));
}

/** Where Keras 3 keeps each layer's arrays: `layers/` and its class in snake case, numbered from the second on. */
function placesOf(layers: readonly Layer[], above: string): readonly string[] {
  const met = new Map<string, number>();
  return layers.map(({ className }) => {
    const name = snakeCase(className === "Model" ? "Functional" : className);
    const count = met.get(name) ?? 0;
    met.set(name, count + 1);
    return `${above}${above ? "/" : ""}layers/${count ? `${name}_${count}` : name}`;
  });
}

/** As Keras does it: `Conv2DTranspose` → `conv2d_transpose`, `ReLU` → `re_lu`. */
const snakeCase = (name: string): string =>
  name
    .slice(0, 200)
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
