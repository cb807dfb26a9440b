import { pairOf, type Value } from "../../nodes/settings.ts";
import { type Padding, paddingAlong, span } from "../../nodes/window.ts";
import { activated } from "./activations.ts";
import { integers, kept, storedOf, transposed } from "./arrays.ts";
import type { Attributes } from "./messages.ts";
import type { Site } from "./site.ts";

/** The window of a layer that slides one: sizes along both axes, and the zeros around the image. */
interface Sliding {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** [top, left, bottom, right], as ONNX has them. */
  readonly pads: readonly [number, number, number, number];
}

/** The compiler has checked the values: sizes are numbers or pairs. */
const sizesOf = (value: Value | undefined): readonly [number, number] =>
  pairOf(typeof value === "object" || typeof value === "number" ? value : 1);

const paddingOf = ({ step }: Site): Padding => (step.values.padding === "same" ? "same" : "valid");

export function slidingOf(site: Site, sizeName: "kernel" | "size"): Sliding {
  const { values, inputs } = site.step;
  const kernel = sizesOf(values[sizeName]);
  const strides = sizesOf(values.stride);
  const dilations = sizesOf(values.dilation);
  const [height = 1, width = 1] = inputs[0] ?? [];
  const along = (length: number, axis: 0 | 1) =>
    paddingAlong(length, span(kernel[axis], dilations[axis]), strides[axis], paddingOf(site));
  const [top, bottom] = along(height, 0);
  const [left, right] = along(width, 1);
  return { kernel, strides, dilations, pads: [top, left, bottom, right] };
}

export const windowAttributes = ({ kernel, strides, pads }: Sliding): Attributes => ({
  kernel_shape: kernel,
  strides,
  pads,
});

export function conv2d(site: Site): void {
  const sliding = slidingOf(site, "kernel");
  // [height, width, in, out] → [out, in, height, width].
  const kernel = transposed(storedOf(site, "kernel"), [3, 2, 0, 1]);
  const inputs = [
    site.source("first"),
    site.array("kernel", kernel.shape, kernel.values),
    ...kept(site, "bias"),
  ];
  activated(site, "first", (output) => {
    site.add("Conv", inputs, output, { ...windowAttributes(sliding), dilations: sliding.dilations });
  });
}

export function depthwiseConv2d(site: Site): void {
  const bias = kept(site, "bias");
  activated(site, "first", (output) => depthwise(site, "kernel", bias, output));
}

export function separableConv2d(site: Site): void {
  const maps = depthwise(site, "depthwise_kernel", [], site.part("depthwise"));
  const mixing = transposed(storedOf(site, "pointwise_kernel"), [3, 2, 0, 1]);
  const inputs = [maps, site.array("pointwise_kernel", mixing.shape, mixing.values), ...kept(site, "bias")];
  activated(site, "first", (output) => {
    site.add("Conv", inputs, output, { kernel_shape: [1, 1] });
  });
}

/** A convolution in as many groups as channels: [height, width, in, multiplier] → [in · multiplier, 1, height, width]. */
function depthwise(
  site: Site,
  name: "kernel" | "depthwise_kernel",
  bias: readonly string[],
  output: string,
): string {
  const { shape, values } = transposed(storedOf(site, name), [2, 3, 0, 1]);
  const [channels = 1, multiplier = 1, height = 1, width = 1] = shape;
  const kernel = site.array(name, [channels * multiplier, 1, height, width], values);
  return site.add("Conv", [site.source("first"), kernel, ...bias], output, {
    ...windowAttributes(slidingOf(site, "kernel")),
    group: channels,
  });
}

/** Same padding cuts off what valid would give more, the odd row behind; where a stride outruns the kernel, rows are added. */
export function conv2dTranspose(site: Site): void {
  const size = sizesOf(site.step.values.kernel);
  const strides = sizesOf(site.step.values.stride);
  const excess = size.map((it, axis) => Math.max(it - (strides[axis] ?? 1), 0));
  const cut = paddingOf(site) === "same" ? excess : [0, 0];
  const lacking = size.map((it, axis) => Math.max((strides[axis] ?? 1) - it, 0));
  // [height, width, out, in] → [in, out, height, width].
  const kernel = transposed(storedOf(site, "kernel"), [3, 2, 0, 1]);
  const inputs = [
    site.source("first"),
    site.array("kernel", kernel.shape, kernel.values),
    ...kept(site, "bias"),
  ];
  activated(site, "first", (output) => {
    site.add("ConvTranspose", inputs, output, {
      kernel_shape: size,
      strides,
      pads: [...cut.map((it) => Math.floor(it / 2)), ...cut.map((it) => Math.ceil(it / 2))],
      output_padding: lacking,
    });
  });
}

/**
 * A product of matrices for every place: ONNX has no such layer. The windows are gathered row by row, then column by
 * column, so that the tables of places stay small beside the weights, which are kept as they are.
 */
export function locallyConnected2d(site: Site): void {
  const { kernel, strides, pads } = slidingOf(site, "kernel");
  const { shape, values } = storedOf(site, "kernel");
  const [rows = 1, columns = 1, height = 1, width = 1, channels = 1, filters = 1] = shape;
  const places = rows * columns;
  const depth = height * width * channels;
  const [top, left, bottom, right] = pads;
  const image = pads.some((it) => it > 0)
    ? site.add(
        "Pad",
        [site.source("last"), integers(site, "border", [0, top, left, 0, 0, bottom, right, 0])],
        site.part("padded"),
      )
    : site.source("last");
  const along = (name: string, count: number, axis: 0 | 1): string =>
    site.array(name, [count, kernel[axis]], windowTable(count, kernel[axis], strides[axis]));
  // [N, rows, height, W, C], then [N, rows, height, columns, width, C].
  const byRow = site.add("Gather", [image, along("rows", rows, 0)], site.part("by_row"), { axis: 1 });
  const windows = site.add("Gather", [byRow, along("columns", columns, 1)], site.part("windows"), {
    axis: 3,
  });
  const byPlace = site.add("Transpose", [windows], site.part("by_place"), { perm: [1, 3, 0, 2, 4, 5] });
  const seen = site.add(
    "Reshape",
    [byPlace, integers(site, "windows_shape", [places, -1, depth])],
    site.part("seen"),
  );
  const product = site.add(
    "MatMul",
    [seen, site.array("kernel", [places, depth, filters], values)],
    site.part("products"),
  );
  const byExample = site.add("Transpose", [product], site.part("by_example"), { perm: [1, 0, 2] });
  const shapeOfMaps = integers(site, "maps_shape", [0, rows, columns, filters]);
  const [bias] = kept(site, "bias");
  activated(site, "last", (output) => {
    const maps = site.add("Reshape", [byExample, shapeOfMaps], bias ? site.part("maps") : output);
    if (bias) site.add("Add", [maps, bias], output);
  });
}

/** Which cells of an axis each of `count` windows holds: [count, size]. */
const windowTable = (count: number, size: number, stride: number): Int32Array =>
  Int32Array.from({ length: count * size }, (_, at) => Math.floor(at / size) * stride + (at % size));

/** Gemm of a vector; the kernel stays as it is. */
export function dense(site: Site): void {
  const { shape, values } = storedOf(site, "kernel");
  const inputs = [site.source("last"), site.array("kernel", shape, values), ...kept(site, "bias")];
  activated(site, "last", (output) => {
    site.add("Gemm", inputs, output);
  });
}
