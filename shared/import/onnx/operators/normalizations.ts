import { isImage } from "../../../nodes/shape.ts";
import { type Flow, meaning, orderOf, through } from "../flow.ts";
import { arrayAt, axisOf, gap, type Readers, real, type Site, shortest, whole, wholes } from "../site.ts";
import type { Known } from "../tensor.ts";

export const normalizations: Readers = {
  BatchNormalization: batchNorm,
  LayerNormalization: layerNorm,
  SpelledOutLayerNormalization: spelledOutLayerNorm,
};

/** BatchNormalization-7 to -15: scale, B, mean and variance of axis 1; momentum as ours, the share of the old average. */
function batchNorm(site: Site): Flow {
  const flow = site.flow(0);
  if (whole(site, "spatial", 1) === 0)
    gap("It has statistics for every pixel (spatial = 0), and a batch norm of the design for every channel.");
  const places = ownPlaces(flow, 1);
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((slot) => channelsAt(site, slot, flow, places));
  if (!gamma || !beta || !mean || !variance) return gap("One of its arrays is missing.");
  const scale = !(site.own?.values.scale === false && isAll(gamma, 1));
  const center = !(site.own?.values.center === false && isAll(beta, 0));
  const values = {
    momentum: Math.min(shortest(real(site, "momentum", 0.9)), 0.9999),
    epsilon: epsilonOf(site),
    scale,
    center,
  };
  const shape = [gamma.length];
  const layer = site.place("batchNorm", values, [flow], {
    arrays: {
      gamma: () => ({ shape, values: gamma }),
      beta: () => ({ shape, values: beta }),
      moving_mean: () => ({ shape, values: mean }),
      moving_variance: () => ({ shape, values: variance }),
    },
  });
  return through(flow, layer);
}

function epsilonOf(site: Site): number {
  const epsilon = shortest(real(site, "epsilon", 1e-5));
  return Math.max(epsilon, 1e-7);
}

const isAll = (values: Float32Array, value: number): boolean => values.every((it) => it === value);

/**
 * The axis holds the channels of the design's value. For vectors that lie in another order, such as an image's behind a
 * Flatten, where each of them stands.
 */
export function ownPlaces(flow: Flow, place: number): Uint32Array | undefined {
  const last = flow.shape.length - 1;
  const isPixels = isImage(flow.shape);
  if (meaning(flow, place) === last || flow.shape[last] === 1) return undefined;
  if (!isPixels && flow.axes.length === 2 && place === 1) return orderOf(flow);
  return gap(
    `It runs over axis ${place} of ${flow.axes.length}, which does not hold the channels of the design's ${isPixels ? "image" : "vector"}.`,
  );
}

function channelsAt(
  site: Site,
  slot: number,
  { shape }: Flow,
  places: Uint32Array | undefined,
): Float32Array {
  const array = arrayAt(site, slot, "array of channels");
  const count = shape.at(-1) ?? 1;
  const values = array.floats();
  if (values.length !== count)
    gap(`Its array ${array.dims.join("×") || "of one number"} does not fit ${count} channels.`);
  return placed(values, places);
}

/** Numbers in our order; `places[p]` is where number p of the file stands. */
export function placed(values: Float32Array, places: Uint32Array | undefined): Float32Array {
  if (!places) return values;
  const result = new Float32Array(values.length);
  for (const [at, value] of values.entries()) result[places[at] ?? 0] = value;
  return result;
}

/** LayerNormalization-17: over all axes from `axis` on. */
function layerNorm(site: Site): Flow {
  const flow = site.flow(0);
  const axis = axisOf(whole(site, "axis", -1), flow.axes.length);
  if (axis !== flow.axes.length - 1)
    gap(
      `It runs over several axes, from ${axis} on, and a layer norm of the design over the channels of each pixel or over a vector.`,
    );
  const places = ownPlaces(flow, axis);
  const gamma = channelsAt(site, 1, flow, places);
  const beta = site.has(2) ? channelsAt(site, 2, flow, places) : undefined;
  const scale = !(site.own?.values.scale === false && isAll(gamma, 1));
  return give(site, flow, { epsilon: epsilonOf(site), scale, center: beta !== undefined }, gamma, beta);
}

function give(
  site: Site,
  flow: Flow,
  values: { readonly epsilon: number; readonly scale: boolean; readonly center: boolean },
  gamma: Float32Array | undefined,
  beta: Float32Array | undefined,
): Flow {
  const array = (numbers: Float32Array | undefined) =>
    numbers && (() => ({ shape: [numbers.length], values: numbers }));
  const [scale, shift] = [array(gamma), array(beta)];
  const layer = site.place("layerNorm", values, [flow], {
    arrays: { ...(scale ? { gamma: scale } : {}), ...(shift ? { beta: shift } : {}) },
  });
  return through(flow, layer);
}

/** Exporters below opset 17 write it out (`patterns.ts`); gamma and beta follow as a product and a sum. */
function spelledOutLayerNorm(site: Site): Flow {
  const flow = site.flow(0);
  const axes = (wholes(site, "axes") ?? []).map((it) => axisOf(it, flow.axes.length));
  const epsilon: Known | undefined = site.known(1);
  if (axes.length !== 1 || axes[0] !== flow.axes.length - 1)
    gap(
      `It runs over the axes ${axes.join(", ")}, and a layer norm of the design over the channels of each pixel or over a vector.`,
    );
  ownPlaces(flow, flow.axes.length - 1);
  return give(
    site,
    flow,
    { epsilon: Math.max(shortest(epsilon?.at(0) ?? 1e-5), 1e-7), scale: false, center: false },
    undefined,
    undefined,
  );
}
