import { pairOf, type Value } from "../../nodes/settings.ts";
import { type Padding, paddingAlong, span } from "../../nodes/window.ts";
import { activated } from "./activations.ts";
import { cellsLast, kept, storedOf } from "./arrays.ts";
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
  const kernel = cellsLast(storedOf(site, "kernel"), { swapped: true });
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
  const mixing = cellsLast(storedOf(site, "pointwise_kernel"), { swapped: true });
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
  const { shape, values } = cellsLast(storedOf(site, name), { swapped: false });
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
  const kernel = cellsLast(storedOf(site, "kernel"), { swapped: true });
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

/** Gemm of a vector; the kernel stays as it is. */
export function dense(site: Site): void {
  const { shape, values } = storedOf(site, "kernel");
  const inputs = [site.source("last"), site.array("kernel", shape, values), ...kept(site, "bias")];
  activated(site, "last", (output) => {
    site.add("Gemm", inputs, output);
  });
}
