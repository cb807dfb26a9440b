import { volume } from "../../nodes/shape.ts";
import type { GivenArray } from "../draft.ts";
import { type Flow, orderOf, type Places } from "./flow.ts";
import type { Site } from "./site.ts";
import type { Layer } from "./sketch.ts";

/**
 * Lets the units of a dense layer give their values in the order of an image whose axes stand at these places, as where a
 * generator's vector becomes [N, channels, height, width]: the design's image is channels last. Nothing else may take the
 * vector. Answers the vector as it then is, or undefined where something else than a dense layer gives it.
 */
export function reordered(site: Site, flow: Flow, places: Places): Flow | undefined {
  const chain = chainTo(flow.layer);
  if (!chain || flow.axes.length !== 4 || flow.axes[0] !== "examples" || !site.feedsOnly(0, chain))
    return undefined;
  const axes = places.map((it) => flow.axes[it] ?? []);
  const order = orderOf({ ...flow, axes: ["examples", axes.flatMap((it) => (it === "examples" ? [] : it))] });
  if (!order || order.length !== volume(flow.shape)) return undefined;
  for (const layer of chain)
    for (const [name, array] of Object.entries(layer.arrays))
      layer.arrays = { ...layer.arrays, [name]: () => picked(array(), order) };
  const sizes = places.map((it) => volume(sizesOn(flow, it)));
  return { ...flow, factors: sizes, axes: ["examples", ...[1, 2, 3].map((it) => [places.indexOf(it)])] };
}

const sizesOn = ({ axes, factors }: Flow, place: number): readonly number[] => {
  const axis = axes[place];
  return axis === undefined || axis === "examples" ? [] : axis.map((it) => factors[it] ?? 1);
};

/** The layers from this one back to the dense layer that gives the vector, if those between treat every value by itself. */
function chainTo(last: Layer | undefined): readonly Layer[] | undefined {
  const chain: Layer[] = [];
  for (let here = last; here && chain.length < 16; here = here.inputs[0]?.layer) {
    chain.push(here);
    if (here.kind === "dense") return chain;
    if (!valueByValue.has(here.kind)) return undefined;
  }
  return undefined;
}

const valueByValue: ReadonlySet<string> = new Set([
  "activation",
  "batchNorm",
  "dropout",
  "gaussianNoise",
  "rescale",
]);

/** The array with its last axis in this order: place p has what place order[p] had. */
function picked({ shape, values }: GivenArray, order: Uint32Array): GivenArray {
  const count = order.length;
  return { shape, values: values.map((_, at) => values[at - (at % count) + (order[at % count] ?? 0)] ?? 0) };
}
