import type { Original } from "../../compile/originals.ts";
import { call as callOf } from "../../nodes/kind.ts";
import type { FindArrays, Output } from "../draft.ts";
import { isCallOf, liftedArrays } from "./lowered.ts";
import type { Placed } from "./part.ts";
import { partsOf, training } from "./place.ts";
import { findArrays, found, metAt, nameOf, type Site, sourceOf } from "./site.ts";
import type { LayerCall } from "./topology.ts";

type Fed = readonly (Output | undefined)[];

/** A node, and what finds its arrays among several layers. */
interface Joined {
  readonly part: Placed;
  readonly arrays: FindArrays | undefined;
  readonly inputs: Fed;
}

/**
 * Layers that stand for one node of ours, as that node: what our exports had to write otherwise, where it is certain. Their
 * names say which belong together, and the file remembers which settings the layers cannot tell; both are believed only
 * where the layers are exactly those that the node would be written as. Undefined where they stand for themselves.
 */
export function rejoined(
  layers: readonly LayerCall[],
  fed: Fed,
  site: Site,
): { readonly output: Output | undefined } | undefined {
  const last = layers.at(-1);
  if (!last || last.path.length > 1) return undefined;
  // tfjs must not get one result twice, so an export hands it on.
  if (layers.length === 1 && /^[a-z]\w*\.again\d+$/.test(nameOf(last)) && isLinear(last))
    return { output: fed[0] };
  const original = site.originals.get(nameOf(last));
  const joined = (original && remembered(layers, fed, original, site)) ?? joinedByName(layers, fed, site);
  if (!joined) return undefined;
  const { draft } = site;
  const { part, arrays, inputs } = joined;
  const source = sourceOf(last);
  const output = draft.place({ ...part, source, name: nameOf(last), inputs, arrays });
  if (output)
    for (const it of layers.slice(0, -1))
      draft.note({ source: sourceOf(it), fate: "mapped", node: output.node, words: "" });
  return { output };
}

const isLinear = (it: LayerCall): boolean => isCallOf(callOf("activation", { activation: "linear" }), it);

function remembered(
  layers: readonly LayerCall[],
  fed: Fed,
  original: Original,
  site: Site,
): Joined | undefined {
  const [first] = layers;
  const [input] = fed;
  if (!first) return undefined;
  const { kind, values } = original;
  const its = { part: { kind, values }, inputs: fed };
  switch (kind) {
    case "input": {
      const source = input && site.draft.stepOf(input.node);
      const handsOn =
        layers.length === 1 &&
        (isLinear(first) || first.className === "Identity") &&
        source?.kind.family === "input";
      return handsOn ? { part: its.part, arrays: undefined, inputs: [] } : undefined;
    }
    case "flatten": {
      const [shape] = fed.map((it) => it?.shape);
      const isFlat =
        layers.length === 1 &&
        shape?.length === 1 &&
        isCallOf(callOf("reshape", { targetShape: shape }), first);
      return isFlat ? { ...its, arrays: undefined } : undefined;
    }
    case "conv2d": {
      const plain = joinedByName(layers, fed, site) ?? alone(layers, fed, site);
      const { weights, across } = values;
      return plain?.part.kind === "conv2d"
        ? { ...plain, part: { ...plain.part, values: { ...plain.part.values, weights, across } } }
        : undefined;
    }
    default: {
      const source = input && site.draft.stepOf(input.node);
      const last = layers.at(-1);
      const arrays = source && last && liftedArrays(nameOf(last), original, layers, source, site.store);
      return arrays && { ...its, arrays: site.store ? () => arrays : undefined };
    }
  }
}

/** A layer by itself that becomes one node and differs in nothing. */
function alone(layers: readonly LayerCall[], fed: Fed, site: Site): Joined | undefined {
  const [only, ...others] = layers;
  if (!only || others.length) return undefined;
  const met = metAt(only, fed, site);
  const [part, ...more] = partsOf(only, met);
  if (!part || more.length || !("kind" in part)) return undefined;
  if (part.differs || training(only, met.settings, part).some(Boolean)) return undefined;
  return { part, arrays: findArrays(only, part, site), inputs: fed };
}

function joinedByName(layers: readonly LayerCall[], fed: Fed, site: Site): Joined | undefined {
  const last = layers.at(-1);
  const before = layers.slice(0, -1);
  if (!last || !before.length) return undefined;
  if (last.className === "LeakyReLU") {
    const [leaky] = partsOf(last, metAt(last, [undefined], site));
    const carrier = separable(before, fed, site) ?? alone(before, fed, site);
    const isOurs = leaky && "kind" in leaky && leaky.values?.function === "leakyRelu" && !leaky.differs;
    if (!isOurs || carrier?.part.values?.activation !== "linear") return undefined;
    const values = { ...carrier.part.values, activation: "leakyRelu" };
    return { ...carrier, part: { ...carrier.part, values } };
  }
  return separable(layers, fed, site);
}

/** tfjs's separable layer does not write its multiplier down, so that its halves stand there. */
function separable(layers: readonly LayerCall[], fed: Fed, site: Site): Joined | undefined {
  const [depthwise, pointwise, ...others] = layers;
  if (!depthwise || !pointwise || others.length || pointwise.className !== "Conv2D") return undefined;
  const first = alone([depthwise], fed, site)?.part;
  const second = alone([pointwise], [undefined], site)?.part;
  if (first?.kind !== "depthwiseConv2d" || second?.kind !== "conv2d") return undefined;
  const [a, b] = [first.values ?? {}, second.values ?? {}];
  const isOnePixel = [b.kernel, b.stride, b.dilation].every((it) => String(it) === "1,1");
  if (a.activation !== "linear" || a.bias || !isOnePixel || a.trainable !== b.trainable) return undefined;
  const { kernel, stride, padding, multiplier } = a;
  const { filters, bias, activation, trainable } = b;
  return {
    part: {
      kind: "separableConv2d",
      values: { filters, kernel, stride, padding, multiplier, bias, activation, trainable },
    },
    arrays: found(pointwise, site, false, (store, name) =>
      name === "depthwise_kernel"
        ? store.array(depthwise, ["depthwise_kernel", "kernel"], 0)
        : store.array(pointwise, [name === "bias" ? "bias" : "kernel"], name === "bias" ? 1 : 0),
    ),
    inputs: fed,
  };
}
