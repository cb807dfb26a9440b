import type { Activation } from "../../nodes/activation-functions.ts";
import type { KindName } from "../../nodes/index.ts";
import { permutation } from "../../nodes/random.ts";
import { pairOf, sidesOf, type Value } from "../../nodes/settings.ts";
import { isImage } from "../../nodes/shape.ts";
import { addActivation } from "./activations.ts";
import { integers, scalar } from "./arrays.ts";
import {
  conv2d,
  conv2dTranspose,
  dense,
  depthwiseConv2d,
  separableConv2d,
  slidingOf,
  windowAttributes,
} from "./convolutions.ts";
import { locallyConnected2d } from "./locally-connected.ts";
import { batchNorm, layerNorm } from "./normalizations.ts";
import type { Site } from "./site.ts";

/** How a layer is put together from ONNX's operators. */
type Lower = (site: Site) => void;

export const layers: Readonly<Record<Exclude<KindName, "input">, Lower>> = {
  conv2d,
  locallyConnected2d,
  depthwiseConv2d,
  separableConv2d,
  conv2dTranspose,
  maxPool2d: (site) => pool(site, "MaxPool"),
  avgPool2d: (site) => pool(site, "AveragePool"),
  globalMaxPool2d: (site) => globalPool(site, "GlobalMaxPool"),
  globalAvgPool2d: (site) => globalPool(site, "GlobalAveragePool"),
  flatten: (site) => void site.add("Flatten", [site.source("last")], site.result("last"), { axis: 1 }),
  dense,
  add: (site) => merge(site, "Sum"),
  average: (site) => merge(site, "Mean"),
  multiply,
  maximum: (site) => merge(site, "Max"),
  concat: (site) => void site.add("Concat", sourcesOf(site), site.result("first"), { axis: 1 }),
  upsample2d,
  zeroPad2d,
  crop2d,
  reshape,
  rescale,
  shufflePixels,
  // The compiler has checked the choice.
  activation: (site) =>
    addActivation(site, site.step.values.function as Activation, site.source("first"), "first"),
  dropout: handOn,
  spatialDropout2d: handOn,
  gaussianNoise: handOn,
  batchNorm,
  layerNorm,
};

/** What changes nothing outside training. */
function handOn(site: Site): void {
  site.add("Identity", [site.source("first")], site.result("first"));
}

const sourcesOf = ({ step, source }: Site): readonly string[] =>
  step.sources.map((_, slot) => source("first", slot));

function pool(site: Site, operator: "MaxPool" | "AveragePool"): void {
  // Cells in the padding count in no mean.
  const counting = operator === "AveragePool" ? { count_include_pad: 0 } : {};
  site.add(operator, [site.source("first")], site.result("first"), {
    ...windowAttributes(slidingOf(site, "size")),
    ...counting,
  });
}

function globalPool(site: Site, operator: string): void {
  const pixel = site.add(operator, [site.source("first")], site.part("pixel"));
  site.add("Flatten", [pixel], site.result("last"), { axis: 1 });
}

/** Operators that take any number of inputs and repeat axes of size 1. */
function merge(site: Site, operator: "Sum" | "Mean" | "Max"): void {
  site.add(operator, sourcesOf(site), site.result("first"));
}

function multiply(site: Site): void {
  const [first = "", ...others] = sourcesOf(site);
  others.reduce((product, other, index) => {
    const isLast = index === others.length - 1;
    return site.add("Mul", [product, other], isLast ? site.result("first") : site.part(`product${index}`));
  }, first);
}

function upsample2d(site: Site): void {
  const { size, interpolation } = site.step.values;
  const scales = site.array("scales", [4], Float32Array.of(1, 1, ...pairOf(numbersOf(size))));
  const how =
    interpolation === "nearest"
      ? { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" }
      : { mode: "linear", coordinate_transformation_mode: "half_pixel" };
  site.add("Resize", [site.source("first"), "", scales], site.result("first"), how);
}

/**
 * ONNX Runtime (1.30, PadFusion) takes a border for the padding of a pool behind it, which gives other values: there a
 * border is zeros, and a pool's padding is left out. Only a convolution may take it over, so that before anything else
 * stands a Reshape to the same shape, which costs nothing.
 */
function zeroPad2d(site: Site): void {
  const { output, values } = site.step;
  const [top, bottom, left, right] = sidesOf(numbersOf(values.amount));
  const border = integers(site, "border", [0, 0, top, left, 0, 0, bottom, right]);
  const result = site.result("first");
  const mayFuse = site.followers().every((it) => convolving.has(it.node.kind));
  const padded = mayFuse ? result : site.part("padded");
  site.add("Pad", [site.source("first"), border], padded, { mode: "constant" });
  if (mayFuse) return;
  const [height, width = 1, channels = 1] = output;
  site.add("Reshape", [padded, integers(site, "shape", [0, channels, height, width])], result);
}

const convolving: ReadonlySet<KindName> = new Set(["conv2d", "depthwiseConv2d", "separableConv2d"]);

function crop2d(site: Site): void {
  const [top, , left] = sidesOf(numbersOf(site.step.values.amount));
  const [height = 1, width = 1] = site.step.output;
  const cut = [
    integers(site, "starts", [top, left]),
    integers(site, "ends", [top + height, left + width]),
    integers(site, "axes", [2, 3]),
  ];
  site.add("Slice", [site.source("first"), ...cut], site.result("first"));
}

/** The values keep their channels-last order. */
function reshape(site: Site): void {
  const shape = integers(site, "shape", [0, ...site.step.output]);
  site.add("Reshape", [site.source("last"), shape], site.result("last"));
}

function rescale(site: Site): void {
  const { scale, offset } = site.step.values;
  const scaled = site.add(
    "Mul",
    [site.source("first"), scalar(site, "scale", Number(scale))],
    site.part("scaled"),
  );
  site.add("Add", [scaled, scalar(site, "offset", Number(offset))], site.result("first"));
}

/** Place p shows what stood at place order[p]; an image's pixels stand in one row meanwhile. */
function shufflePixels(site: Site): void {
  const { output, values } = site.step;
  const [height, width = 1, channels = 1] = output;
  const order = Int32Array.from(permutation(height * width, Number(values.seed)));
  const table = site.array("order", [order.length], order);
  if (!isImage(output)) {
    site.add("Gather", [site.source("last"), table], site.result("last"), { axis: 1 });
    return;
  }
  const row = site.add(
    "Reshape",
    [site.source("last"), integers(site, "row_shape", [0, height * width, channels])],
    site.part("row"),
  );
  const shuffled = site.add("Gather", [row, table], site.part("shuffled"), { axis: 1 });
  site.add("Reshape", [shuffled, integers(site, "shape", [0, ...output])], site.result("last"));
}

/** The compiler has checked the values: sizes and sides are numbers or lists of them. */
const numbersOf = (value: Value | undefined): number | readonly number[] =>
  typeof value === "object" || typeof value === "number" ? value : 0;
