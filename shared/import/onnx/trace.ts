import { refuse } from "../../graph/reading.ts";
import { isImage, show } from "../../nodes/shape.ts";
import { entranceOf } from "./entrance.ts";
import { axesOf, dimsOf, type Flow, inOurOrder, placesOf, standing } from "./flow.ts";
import { constantOf, folders } from "./folding.ts";
import type { Door, Model, Operation } from "./messages.ts";
import { layerName } from "./naming.ts";
import { type Network, networkOf, quoted, shortened, wordsFor } from "./network.ts";
import { type OwnLayer, ownLayers, settle } from "./own.ts";
import { type Composite, compositesOf } from "./patterns.ts";
import { readers, shapeKeeping } from "./readers.ts";
import { Gap, gap, type Site } from "./site.ts";
import type { Sketch } from "./sketch.ts";
import { type Known, known } from "./tensor.ts";
import { imageAt } from "./views.ts";

/** A value of the network: it flows with the examples, is known, or nothing is known of it, for this reason. */
type Met = { readonly flow: Flow } | { readonly known: Known } | { readonly lost: string };

/** Walks through the operators in order, and draws what they are. */
export function trace(model: Model, sketch: Sketch): string {
  const network = networkOf(model.graph);
  const own = ownLayers(model);
  const composites = compositesOf(network);
  const partOf = new Map(
    [...composites].flatMap(([last, { parts }]) => [...parts].map((part) => [part, last] as const)),
  );
  const met = new Map<string, Met>();
  const { door, entrance } = entranceOf(network);
  const input = sketch.add({
    name: door.name,
    source: `${shortened(door.name)} (input)`,
    kind: "input",
    values: { ...entrance.settings },
    inputs: [],
    arrays: {},
  });
  if (typeof input === "string")
    return refuse(`The input ${quoted(door.name)} cannot be a design's: ${input}`);
  met.set(door.name, { flow: entrance.flow(input) });
  if (entrance.words) sketch.note(`${shortened(door.name)} (input)`, entrance.words, input);
  const wanted = wantedBy(network);
  const tracer: Tracer = {
    network,
    sketch,
    met,
    own,
    partOf,
    opset: model.opset ?? 1,
    examples: entrance.examples,
  };
  for (const operation of network.operations) {
    if ((partOf.get(operation) ?? operation) !== operation) continue;
    if (!wanted.has(operation)) {
      sketch.note(wordsFor(operation), "It leads to no output, so that it is left out.");
      continue;
    }
    read(tracer, operation, composites.get(operation));
  }
  leave(tracer);
  for (const it of sketch.layers()) settle(it, own?.get(it.name));
  return network.name;
}

interface Tracer {
  readonly network: Network;
  readonly sketch: Sketch;
  readonly met: Map<string, Met>;
  /** Layers by id, in a file of our own. */
  readonly own: ReadonlyMap<string, OwnLayer> | undefined;
  /** The last part of a spelled-out operator, by each of its parts. */
  readonly partOf: ReadonlyMap<Operation, Operation>;
  readonly opset: number;
  readonly examples: number | undefined;
}

function read(tracer: Tracer, single: Operation, composite: Composite | undefined): void {
  const operation = composite?.operation ?? single;
  const { met, sketch } = tracer;
  const source = composite
    ? `${wordsFor(single).replace(/ \([^(]*$/, "")} (${[...composite.parts]
        .map((it) => it.operator)
        .toReversed()
        .join(", ")})`
    : wordsFor(operation);
  const [output = ""] = operation.outputs;
  const site = siteOf(tracer, operation, source);
  try {
    const folded = foldedAt(tracer, operation);
    if (folded) {
      met.set(output, { known: folded });
      if (operation.operator !== "Constant") sketch.note(source, "It works out fixed numbers.");
      return;
    }
    const reader = operation.domain === "" ? readers.get(operation.operator) : undefined;
    met.set(output, { flow: reader ? reader(site) : gap(lacking(operation)) });
    const further = operation.outputs
      .slice(1)
      .find((it) => tracer.network.takersOf(it).length > 0 || tracer.network.leaves(it));
    if (further) gap(`Its further output ${quoted(further)} is used, and a layer has one.`);
  } catch (thrown) {
    if (!(thrown instanceof Gap)) throw thrown;
    sketch.leaveGap(source, thrown.message);
    for (const it of operation.outputs) if (it !== "") met.set(it, behindGap(tracer, operation, it, source));
  }
}

const lacking = ({ operator, domain }: Operation): string =>
  domain === ""
    ? `${quoted(operator)} has no counterpart among the layers.`
    : `${quoted(operator)} is an operator of ${quoted(domain)}, not of ONNX, and has no counterpart among the layers.`;

/** What is still known of a value that a refused operator gives: its shape, where the operator keeps it or the file tells. */
function behindGap(tracer: Tracer, operation: Operation, output: string, source: string): Met {
  const [first] = operation.inputs;
  const before = first === undefined ? undefined : tracer.met.get(first);
  if (shapeKeeping.has(operation.operator) && before && "flow" in before && output === operation.outputs[0])
    return { flow: { ...before.flow, layer: undefined } };
  const flow = flowFrom(tracer.network.known.get(output));
  const lost = operation.inputs.map((it) => tracer.met.get(it)).find((it) => it && "lost" in it);
  if (lost && !flow) return lost;
  return flow ? { flow } : { lost: source };
}

function flowFrom(door: Door | undefined): Flow | undefined {
  const [, ...sizes] = door?.dims ?? [];
  const [a, b, c] = sizes;
  if (sizes.length === 1 && a !== undefined)
    return { layer: undefined, shape: [a], factors: [a], axes: ["examples", [0]] };
  if (sizes.length !== 3 || a === undefined || b === undefined || c === undefined) return undefined;
  return { layer: undefined, shape: [b, c, a], factors: [b, c, a], axes: axesOf(placesOf.first) };
}

/** What an operator gives that needs no examples. */
function foldedAt({ met, examples, network }: Tracer, operation: Operation): Known | undefined {
  if (operation.domain !== "") return undefined;
  const values = operation.inputs.map((it) => (it === "" ? undefined : metOf(met, network, it)));
  const [first] = values;
  if (operation.operator === "Shape" && first && "flow" in first) {
    const dims = dimsOf(first.flow).map((it) => (Number.isNaN(it) ? (examples ?? Number.NaN) : it));
    const end = operation.attributes.get("end")?.whole;
    const list = dims.slice(operation.attributes.get("start")?.whole ?? 0, end);
    return known([list.length], list);
  }
  const folder = folders[operation.operator];
  if (!folder || values.some((it) => it && !("known" in it))) return undefined;
  return folder({ operation, given: values.map((it) => (it && "known" in it ? it.known : undefined)) });
}

function metOf(met: Tracer["met"], network: Network, name: string): Met | undefined {
  const there = met.get(name);
  if (there) return there;
  const array = constantOf(network, name);
  if (!array) return undefined;
  const value = { known: array };
  met.set(name, value);
  return value;
}

function siteOf(tracer: Tracer, operation: Operation, source: string): Site {
  const { network, sketch, met, opset } = tracer;
  const id = operation.outputs[0]?.split(".")[0] ?? "";
  const isOwn = tracer.own !== undefined;
  const own = tracer.own?.get(id);
  const name = isOwn ? id : layerName(network, operation);
  const inputAt = (slot: number): string => operation.inputs[slot] ?? "";
  const valueAt = (slot: number): Met | undefined =>
    inputAt(slot) === "" ? undefined : metOf(met, network, inputAt(slot));
  return {
    operation,
    opset,
    own,
    has: (slot) => inputAt(slot) !== "",
    flow(slot) {
      const value = valueAt(slot);
      if (!value) return gap(`Its input ${slot + 1} is missing.`);
      if ("lost" in value)
        return gap(`Nothing is known of what feeds it, because ${value.lost} was refused.`);
      return "flow" in value
        ? value.flow
        : gap(`Its input ${slot + 1} is a fixed array, and a layer takes what flows.`);
    },
    known(slot) {
      const value = valueAt(slot);
      return value && "known" in value ? value.known : undefined;
    },
    continues(slot) {
      const input = inputAt(slot);
      const takers = takersOf(tracer, input);
      if (network.leaves(input) || takers.size !== 1) return false;
      return !isOwn || input.startsWith(`${id}.`);
    },
    feedsOnly(slot, layers) {
      for (let value = inputAt(slot); ; value = network.makerOf(value)?.inputs[0] ?? "") {
        const there = met.get(value);
        // Back behind all of them.
        if (!there || !("flow" in there) || !there.flow.layer || !layers.includes(there.flow.layer))
          return true;
        const takers = takersOf(tracer, value);
        if (network.leaves(value) || takers.size !== 1) return false;
      }
    },
    place(kind, values, inputs, { arrays = {}, suffix } = {}) {
      const whole = suffix === undefined ? name : name && `${name}_${suffix}`;
      const layer = sketch.add({
        name: whole,
        source,
        kind,
        values: { ...values },
        inputs: [...inputs],
        arrays,
      });
      return typeof layer === "string" ? gap(layer) : layer;
    },
    join: sketch.join,
    note: (words, layer, differs) => sketch.note(source, words, layer, differs),
  };
}

/** The operators that take a value, a spelled-out one once; asking for its shape takes nothing. */
const takersOf = ({ network, partOf }: Tracer, value: string): ReadonlySet<Operation> =>
  new Set(
    network
      .takersOf(value)
      .filter((it) => it.operator !== "Shape")
      .map((it) => partOf.get(it) ?? it),
  );

/** The operators that some output needs. */
function wantedBy(network: Network): ReadonlySet<Operation> {
  const wanted = new Set<Operation>();
  const waiting = network.outputs.map((it) => it.name);
  for (const value of waiting) {
    const maker = network.makerOf(value);
    if (!maker || wanted.has(maker)) continue;
    wanted.add(maker);
    waiting.push(...maker.inputs);
  }
  return wanted;
}

/** What leaves the model: an image or vector as the design has it. */
function leave(tracer: Tracer): void {
  const { network, met, sketch } = tracer;
  if (!network.outputs.length) refuse("The model has no output. Export it again.");
  const [main, ...others] = network.outputs;
  for (const it of others)
    sketch.note(
      `${shortened(it.name)} (output)`,
      "A design has one output: this one has to be cut off before it works.",
      undefined,
      true,
    );
  const value = met.get(main?.name ?? "");
  if (!main || !value || !("flow" in value)) return;
  const source = `${shortened(main.name)} (output)`;
  const operation: Operation = {
    name: main.name,
    operator: "output",
    domain: "",
    inputs: [main.name],
    outputs: [main.name],
    attributes: new Map(),
  };
  const site = siteOf(tracer, operation, source);
  try {
    const { flow } = value;
    const places = placesOf.last;
    const isTorn = !isImage(flow.shape) && flow.axes.length === 4;
    const seen = isTorn
      ? imageAt(site, flow, [placesOf.last, placesOf.first].find((it) => inOurOrder(flow, it)) ?? places)
      : flow;
    const stands = isImage(seen.shape) ? standing(seen) : undefined;
    if (isImage(seen.shape) && stands?.join() !== places.join())
      sketch.note(
        source,
        `It is ${show(dimsOf(seen)).replace("NaN", "N")} in the file and channels last in the design, ${show(seen.shape)}.`,
        seen.layer,
      );
    else if (
      !isImage(seen.shape) &&
      !inOurOrder(
        seen,
        seen.axes.map((_, place) => place).filter((it) => seen.axes[it] !== "examples"),
      )
    )
      sketch.note(
        source,
        "Its values stand in the order of a channels-last image in the design.",
        seen.layer,
        true,
      );
  } catch (thrown) {
    if (!(thrown instanceof Gap)) throw thrown;
    sketch.leaveGap(source, thrown.message);
  }
}
