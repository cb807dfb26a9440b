import type { Activation } from "../../nodes/activation-functions.ts";
import type { KindName } from "../../nodes/index.ts";
import { permutation } from "../../nodes/random.ts";
import { sidesOf, type Value } from "../../nodes/settings.ts";
import { isImage } from "../../nodes/shape.ts";
import { addActivation } from "./activations.ts";
import {
  conv2d,
  conv2dTranspose,
  dense,
  depthwiseConv2d,
  paddingOf,
  separableConv2d,
  sizesOf,
  strideOf,
} from "./convolutions.ts";
import { locallyConnected2d } from "./locally-connected.ts";
import { batchNorm, layerNorm } from "./normalizations.ts";
import { flag, fused, int, type OperatorName } from "./schema.ts";
import { reshaped, type Site, scalar, type TensorIndex } from "./site.ts";

/** How a layer is put together from TFLite's operators. Answers what it gives: a source, where it changes nothing. */
type Lower = (site: Site) => TensorIndex;

export const layers: Readonly<Record<Exclude<KindName, "input">, Lower>> = {
  conv2d,
  locallyConnected2d,
  depthwiseConv2d,
  separableConv2d,
  conv2dTranspose,
  maxPool2d: (site) => pool(site, "MAX_POOL_2D"),
  avgPool2d: (site) => pool(site, "AVERAGE_POOL_2D"),
  globalMaxPool2d: (site) => globalPool(site, "REDUCE_MAX"),
  globalAvgPool2d: (site) => globalPool(site, "MEAN"),
  flatten: (site) => reshaped(site, site.source(), site.result),
  dense,
  add: (site) => merged(site, "ADD", site.result),
  average,
  multiply: (site) => merged(site, "MUL", site.result),
  maximum: (site) => merged(site, "MAXIMUM", site.result),
  concat: (site) =>
    site.add("CONCATENATION", sourcesOf(site), site.result, [int(site.step.output.length), fused.none]),
  upsample2d,
  zeroPad2d,
  crop2d,
  reshape: (site) => reshaped(site, site.source(), site.result),
  rescale,
  shufflePixels,
  // The compiler has checked the choice.
  activation: (site) => addActivation(site, site.step.values.function as Activation, site.source()),
  dropout: handOn,
  spatialDropout2d: handOn,
  gaussianNoise: handOn,
  batchNorm,
  layerNorm,
};

/** What changes nothing outside training. */
function handOn(site: Site): TensorIndex {
  return site.source();
}

const sourcesOf = ({ step, source }: Site): readonly TensorIndex[] =>
  step.sources.map((_, slot) => source(slot));

/** With same padding the mean is over the pixels inside the image, as everywhere. */
function pool(site: Site, operator: "MAX_POOL_2D" | "AVERAGE_POOL_2D"): TensorIndex {
  const window = [...sizesOf(site.step.values.size)].reverse().map(int);
  return site.add(operator, [site.source()], site.result, [
    paddingOf(site),
    ...strideOf(site),
    ...window,
    fused.none,
  ]);
}

const globalPool = (site: Site, operator: "REDUCE_MAX" | "MEAN"): TensorIndex =>
  site.add(operator, [site.source(), site.ints("axes", [2], [1, 2])], site.result, [flag(false)]);

/** Operators of two inputs, which repeat axes of size 1; one after the other. */
function merged(
  site: Site,
  operator: Extract<OperatorName, "ADD" | "MUL" | "MAXIMUM">,
  output: Site["result"],
): TensorIndex {
  const [first = 0, ...others] = sourcesOf(site);
  const options = operator === "MAXIMUM" ? [] : [fused.none];
  return others.reduce((joined, other, index) => {
    const isLast = index === others.length - 1;
    // Only the whole is sure to have the result's shape, but nobody asks for the shape of a part before it is worked out.
    return site.add(
      operator,
      [joined, other],
      isLast ? output : site.part(`joined${index}`, jointShape(site, index + 2)),
      options,
    );
  }, first);
}

/** The shape of the first `count` inputs joined. */
const jointShape = ({ step }: Site, count: number): readonly number[] => [
  -1,
  ...step.output.map((_, axis) => Math.max(...step.inputs.slice(0, count).map((it) => it[axis] ?? 1))),
];

function average(site: Site): TensorIndex {
  const sum = merged(site, "ADD", site.part("sum"));
  return site.add("MUL", [sum, scalar(site, "share", 1 / site.step.sources.length)], site.result, [
    fused.none,
  ]);
}

/** Pixel centres at half coordinates, in both ways. */
function upsample2d(site: Site): TensorIndex {
  const size = site.ints("size", [2], site.step.output.slice(0, 2));
  const halfPixels = [flag(false), flag(true)];
  return site.step.values.interpolation === "nearest"
    ? site.add("RESIZE_NEAREST_NEIGHBOR", [site.source(), size], site.result, halfPixels)
    : // Two fields that are out of use come first.
      site.add("RESIZE_BILINEAR", [site.source(), size], site.result, [int(0), int(0), ...halfPixels]);
}

function zeroPad2d(site: Site): TensorIndex {
  const [top, bottom, left, right] = sidesOf(numbersOf(site.step.values.amount));
  const border = site.ints("border", [4, 2], [0, 0, top, bottom, left, right, 0, 0]);
  return site.add("PAD", [site.source(), border], site.result);
}

function crop2d(site: Site): TensorIndex {
  const [top, , left] = sidesOf(numbersOf(site.step.values.amount));
  const from = site.ints("from", [4], [0, top, left, 0]);
  const size = site.ints("size", [4], [-1, ...site.step.output]);
  return site.add("SLICE", [site.source(), from, size], site.result);
}

function rescale(site: Site): TensorIndex {
  const { scale, offset } = site.step.values;
  const scaled = site.add("MUL", [site.source(), scalar(site, "scale", Number(scale))], site.part("scaled"), [
    fused.none,
  ]);
  return site.add("ADD", [scaled, scalar(site, "offset", Number(offset))], site.result, [fused.none]);
}

/** Place p shows what stood at place order[p]; an image's pixels stand in one row meanwhile. */
function shufflePixels(site: Site): TensorIndex {
  const { output, values } = site.step;
  const [height, width = 1, channels = 1] = output;
  const places = height * width;
  const order = site.ints("order", [places], Int32Array.from(permutation(places, Number(values.seed))));
  const along = [int(1), int(0)];
  if (!isImage(output)) return site.add("GATHER", [site.source(), order], site.result, along);
  const row = site.part("row", [-1, places, channels]);
  const shuffled = site.part("shuffled", [-1, places, channels]);
  const moved = site.add("GATHER", [reshaped(site, site.source(), row), order], shuffled, along);
  return reshaped(site, moved, site.result);
}

/** The compiler has checked the values: sides are numbers or lists of them. */
const numbersOf = (value: Value | undefined): number | readonly number[] =>
  typeof value === "object" || typeof value === "number" ? value : 0;
