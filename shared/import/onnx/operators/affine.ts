import { isImage, volume } from "../../../nodes/shape.ts";
import { dimsOf, type Flow, meaning, orderOf, through } from "../flow.ts";
import { gap, type Site, shortest } from "../site.ts";
import type { Known } from "../tensor.ts";
import { placed } from "./normalizations.ts";

/** A number for all values, or one per channel in our order. */
type Factors = number | Float32Array;

/** The flow's values times `scale` plus `shift`, drawn with the layer before it where that has a place for them. */
export function affine(site: Site, slot: number, scale: Factors, shift: Factors): Flow {
  const flow = site.flow(slot);
  if (typeof scale === "number" && typeof shift === "number") return rescale(site, slot, scale, shift);
  if (joins(site, slot, scale, shift)) return flow;
  const count = flow.shape.at(-1) ?? 1;
  const spread = (them: Factors): Float32Array =>
    typeof them === "number" ? new Float32Array(count).fill(them) : them;
  const array = (values: Float32Array) => () => ({ shape: [count], values });
  const epsilon = 1e-7;
  const layer = site.place("batchNorm", { epsilon, trainable: false }, [flow], {
    arrays: {
      gamma: array(spread(scale)),
      beta: array(spread(shift)),
      moving_mean: array(new Float32Array(count)),
      moving_variance: array(new Float32Array(count).fill(1 - epsilon)),
    },
  });
  scaling.add(layer);
  site.note(
    "It multiplies and adds fixed numbers for each channel: a batch norm with frozen statistics does so.",
    layer,
  );
  return through(flow, layer);
}

/** Batch norms that only multiply and add, so that another factor or summand may join. */
const scaling = new WeakSet<object>();

function rescale(site: Site, slot: number, scale: number, offset: number): Flow {
  const flow = site.flow(slot);
  const { layer } = flow;
  if (scale === 1 && offset === 0) {
    site.note("It changes nothing.");
    return flow;
  }
  if (layer?.kind === "rescale" && site.continues(slot)) {
    const before = { scale: Number(layer.values.scale), offset: Number(layer.values.offset) };
    layer.values.scale = before.scale * scale;
    layer.values.offset = before.offset * scale + offset;
    site.note("", layer);
    return flow;
  }
  const added = site.place("rescale", { scale, offset }, [flow]);
  return through(flow, added);
}

/** A bias of a layer without one, gamma or beta of a norm without one, or a further factor: nothing has to be added. */
function joins(site: Site, slot: number, scale: Factors, shift: Factors): boolean {
  const { layer } = site.flow(slot);
  if (!layer || !site.continues(slot)) return false;
  const array = (values: Float32Array) => () => ({ shape: [values.length], values });
  const hasPlace = (setting: "bias" | "scale" | "center"): boolean => layer.values[setting] === false;
  const isLinear = layer.values.activation === "linear";
  if (scale === 1 && typeof shift !== "number" && isLinear && hasPlace("bias")) {
    layer.values.bias = true;
    layer.arrays = { ...layer.arrays, bias: array(shift) };
  } else if (scale === 1 && typeof shift !== "number" && layer.kind === "layerNorm" && hasPlace("center")) {
    layer.values.center = true;
    layer.arrays = { ...layer.arrays, beta: array(shift) };
  } else if (
    shift === 0 &&
    typeof scale !== "number" &&
    layer.kind === "layerNorm" &&
    hasPlace("scale") &&
    hasPlace("center")
  ) {
    layer.values.scale = true;
    layer.arrays = { ...layer.arrays, gamma: array(scale) };
  } else if (scaling.has(layer)) {
    const [gamma, beta] = [layer.arrays.gamma?.().values, layer.arrays.beta?.().values];
    if (!gamma || !beta) return false;
    const at = (them: Factors, place: number): number =>
      typeof them === "number" ? them : (them[place] ?? 0);
    layer.arrays = {
      ...layer.arrays,
      gamma: array(gamma.map((it, place) => it * at(scale, place))),
      beta: array(beta.map((it, place) => it * at(scale, place) + at(shift, place))),
    };
  } else return false;
  site.note("", layer);
  return true;
}

/** What a fixed array means beside a flow, axes lined up from the last one (ONNX's and NumPy's broadcasting). */
export function factorsOf(flow: Flow, array: Known): Factors {
  const count = volume(array.dims);
  if (count === 1) return shortest(array.at(0));
  const offset = flow.axes.length - array.dims.length;
  const long = array.dims.flatMap((size, axis) => (size === 1 ? [] : [axis + offset]));
  const [axis = -1] = long;
  const last = flow.shape.length - 1;
  const channels = flow.shape[last] ?? 1;
  if (long.length === 1 && count === channels) {
    if (meaning(flow, axis) === last) return array.floats();
    if (!isImage(flow.shape) && flow.axes.length === 2 && axis === 1)
      return placed(array.floats(), orderOf(flow));
  }
  return gap(
    `It takes a fixed array ${array.dims.join("×")} beside ${dimsOf(flow).join("×").replaceAll("NaN", "N")}: no layer has a number of its own for each place.`,
  );
}
