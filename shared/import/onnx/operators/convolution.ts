import type { KindName } from "../../../nodes/index.ts";
import type { Value } from "../../../nodes/settings.ts";
import type { Flow } from "../flow.ts";
import { arrayAt, gap, type Readers, type Site, text, whole, wholes } from "../site.ts";
import { type Layer, shapeOf } from "../sketch.ts";
import { type Known, turned } from "../tensor.ts";
import { imageFrom, windowed } from "../views.ts";
import {
  bordered,
  channelsOf,
  pairAt,
  preferredPadding,
  type Sides,
  type Sliding,
  sizeSetting,
  slidingAt,
  wordFor,
} from "./padding.ts";

export const convolutions: Readers = { Conv: convolution, ConvTranspose: transposed };

type Pair = readonly [number, number];

/** Conv-1 to -22: X [N, C, H, W], W [filters, C / group, kernel height, kernel width], B [filters]. */
function convolution(site: Site): Flow {
  const flow = windowed(site, site.flow(0));
  const array = arrayAt(site, 1, "kernel");
  const [filters, inputs, size] = kernelOf(array);
  const groups = whole(site, "group", 1);
  const channels = channelsOf(flow);
  if (inputs * groups !== channels || filters % groups !== 0)
    gap(
      `Its kernel ${array.dims.join("×")} in ${groups} groups does not fit an image of ${channels} channels.`,
    );
  const bias = biasAt(site, filters);
  if (site.own?.kind === "separableConv2d" && flow.layer?.kind === "depthwiseConv2d" && site.continues(0))
    return mix(site, flow, flow.layer, array, bias);
  const sliding = slidingAt(site, flow, size);
  if (isDepthwise(site, sliding, groups, channels)) {
    const multiplier = filters / channels;
    // [in · multiplier, 1, height, width] → [height, width, in, multiplier].
    const kernel = () => turned(array, [2, 3, 0, 1], [channels, multiplier, ...size]);
    const shape = [...size, channels, multiplier];
    const layer = slide(site, "depthwiseConv2d", flow, sliding, { multiplier }, { kernel, shape, bias });
    return imageFrom(layer, layer.shape);
  }
  // [out, in, height, width] → [height, width, in, out].
  const kernel = () => (groups === 1 ? turned(array, [2, 3, 1, 0]) : ungrouped(array, groups));
  const settings = { filters, dilation: sizeSetting(sliding.dilations) };
  const shape = [...size, channels, filters];
  const layer = slide(site, "conv2d", flow, sliding, settings, { kernel, shape, bias });
  if (groups > 1)
    layer.differences.push(
      `Its ${groups} groups became one kernel, with zeros between groups: the same result, but training fills them.`,
    );
  return imageFrom(layer, layer.shape);
}

/** Our depthwise layer has one stride and no dilation; of one channel it is a convolution, if the file is not ours. */
function isDepthwise(site: Site, { strides, dilations }: Sliding, groups: number, channels: number): boolean {
  const kind = site.own?.kind;
  if (groups !== channels || (groups === 1 && kind !== "depthwiseConv2d" && kind !== "separableConv2d"))
    return false;
  return strides[0] === strides[1] && dilations.every((it) => it === 1);
}

function kernelOf({ dims }: Known): readonly [first: number, second: number, size: Pair] {
  const [first = 0, second = 0, height = 0, width = 0] = dims;
  if (dims.length !== 4 || dims.includes(0))
    gap(
      `Its kernel is ${dims.join("×") || "one number"}: layers slide over images, so that a kernel has four axes.`,
    );
  return [first, second, [height, width]];
}

/** One number for each feature map. */
function biasAt(site: Site, count: number): Known | undefined {
  if (!site.has(2)) return undefined;
  const bias = arrayAt(site, 2, "bias");
  if (bias.dims.length !== 1 || bias.dims[0] !== count)
    gap(`Its bias ${bias.dims.join("×") || "of one number"} does not fit ${count} feature maps.`);
  return bias;
}

interface Stored {
  readonly kernel: () => Float32Array;
  readonly shape: readonly number[];
  readonly bias: Known | undefined;
}

const arraysOf = ({ kernel, shape, bias }: Stored): Layer["arrays"] => ({
  kernel: () => ({ shape, values: kernel() }),
  ...biasOf(bias),
});

export const biasOf = (bias: Known | undefined): Layer["arrays"] =>
  bias ? { bias: () => ({ shape: bias.dims, values: bias.floats() }) } : {};

/** Places the layer, and zeros before it where its own padding cannot say where they are. */
function slide(
  site: Site,
  kind: KindName,
  image: Flow,
  sliding: Sliding,
  settings: Readonly<Record<string, Value>>,
  stored: Stored,
): Layer {
  const word = wordFor(sliding, image, preferredPadding(site, "same"));
  const flow = word ? image : bordered(site, image, sliding.pads);
  const values = {
    ...settings,
    kernel: sizeSetting(sliding.kernel),
    stride: sizeSetting(sliding.strides),
    padding: word ?? "valid",
    bias: stored.bias !== undefined,
    activation: "linear",
  };
  return site.place(kind, values, [flow], { arrays: arraysOf(stored) });
}

/** The 1×1 convolution of a separable one joins the depthwise one before it. */
function mix(site: Site, flow: Flow, layer: Layer, array: Known, bias: Known | undefined): Flow {
  const [filters, maps] = array.dims;
  layer.kind = "separableConv2d";
  layer.values = { ...layer.values, filters: filters ?? 1, bias: bias !== undefined };
  const { kernel } = layer.arrays;
  layer.arrays = {
    ...(kernel ? { depthwise_kernel: kernel } : {}),
    pointwise_kernel: () => ({ shape: [1, 1, maps ?? 1, filters ?? 1], values: turned(array, [2, 3, 1, 0]) }),
    ...biasOf(bias),
  };
  const shape = shapeOf(
    layer.kind,
    layer.values,
    layer.inputs.map((it) => it.shape),
  );
  if (typeof shape === "string") gap(shape);
  else layer.shape = shape;
  site.note("", layer);
  return { ...imageFrom(layer, layer.shape), axes: flow.axes };
}

/** A kernel of groups, [out, in / groups, height, width], as one of all channels: zeros where no channels meet. */
function ungrouped(array: Known, groups: number): Float32Array {
  const [filters = 1, inputs = 1, height = 1, width = 1] = array.dims;
  const own = filters / groups;
  const channels = inputs * groups;
  const cells = height * width;
  const kernel = new Float32Array(cells * channels * filters);
  for (let filter = 0; filter < filters; filter++)
    for (let input = 0; input < inputs; input++)
      for (let cell = 0; cell < cells; cell++) {
        const channel = Math.floor(filter / own) * inputs + input;
        kernel[(cell * channels + channel) * filters + filter] = array.at(
          (filter * inputs + input) * cells + cell,
        );
      }
  return kernel;
}

/** ConvTranspose-1 to -22: W [C, filters / group, kernel height, kernel width]; the result is cut by pads and grows by output_padding. */
function transposed(site: Site): Flow {
  const flow = windowed(site, site.flow(0));
  const array = arrayAt(site, 1, "kernel");
  const [inputs, filters, size] = kernelOf(array);
  const channels = channelsOf(flow);
  if (whole(site, "group", 1) !== 1)
    gap("It runs in groups, which a transposed convolution of the design lacks.");
  if (pairAt(site, "dilations").some((it) => it !== 1))
    gap("It is dilated, which a transposed convolution of the design is not.");
  if (inputs !== channels)
    gap(`Its kernel ${array.dims.join("×")} does not fit an image of ${channels} channels.`);
  const bias = biasAt(site, filters);
  const strides = pairAt(site, "strides");
  const cut = cutOf(site, flow, size, strides);
  const word = (["same", "valid"] as const)
    .toSorted((a) => (a === preferredPadding(site, "same") ? -1 : 1))
    .find((padding) => cutBy(padding, size, strides).every((it, side) => it === cut[side]));
  const values = {
    filters,
    kernel: sizeSetting(size),
    stride: sizeSetting(strides),
    padding: word ?? "valid",
    bias: bias !== undefined,
    activation: "linear",
  };
  // [in, out, height, width] → [height, width, out, in].
  const stored = { kernel: () => turned(array, [2, 3, 1, 0]), shape: [...size, filters, channels], bias };
  const layer = site.place("conv2dTranspose", values, [flow], { arrays: arraysOf(stored) });
  const image = imageFrom(layer, layer.shape);
  if (word) return image;
  const [top, left, bottom, right] = cut;
  const cropped = site.place("crop2d", { amount: [top, bottom, left, right] }, [image], { suffix: "crop" });
  return imageFrom(cropped, cropped.shape);
}

/**
 * What has to be cut off the valid result of ours, which is stride · (n − 1) + max(kernel, stride) long: it has the rows
 * that output_padding adds where a stride outruns its kernel.
 */
function cutOf(site: Site, flow: Flow, size: Pair, strides: Pair): Sides {
  const added = wholes(site, "output_padding") ?? [];
  const wanted = wholes(site, "output_shape");
  const auto = text(site, "auto_pad", "NOTSET");
  const pads = wholes(site, "pads") ?? [];
  const along = (axis: 0 | 1): Pair => {
    const [kernel, stride, extra] = [size[axis], strides[axis], added[axis] ?? 0];
    const length = stride * ((flow.shape[axis] ?? 1) - 1) + Math.max(kernel, stride);
    const surplus = Math.max(stride - kernel, 0);
    const isSame = auto === "SAME_UPPER" || auto === "SAME_LOWER";
    const target = wanted?.at(axis - 2) ?? (isSame ? stride * (flow.shape[axis] ?? 1) : undefined);
    if (target === undefined) {
      const isValid = auto === "VALID";
      return [isValid ? 0 : (pads[axis] ?? 0), (isValid ? 0 : (pads[axis + 2] ?? 0)) - extra + surplus];
    }
    const all = length - surplus + extra - target;
    const smaller = Math.floor(all / 2);
    // SAME_UPPER cuts the odd row off behind; without auto_pad output_shape cuts it off before.
    const before = auto === "SAME_UPPER" ? smaller : all - smaller;
    return [before, all - before - extra + surplus];
  };
  const [[top, bottom], [left, right]] = [along(0), along(1)];
  if ([top, left, bottom, right].some((it) => it < 0))
    gap(
      "It gives more rows or columns than its kernels paint, which a transposed convolution of the design does not.",
    );
  return [top, left, bottom, right];
}

/** What our own layer cuts off: same padding half of what a kernel reaches beyond its stride, the odd row behind. */
function cutBy(padding: "same" | "valid", size: Pair, strides: Pair): Sides {
  const of = (axis: 0 | 1): number => (padding === "same" ? Math.max(size[axis] - strides[axis], 0) : 0);
  return [Math.floor(of(0) / 2), Math.floor(of(1) / 2), Math.ceil(of(0) / 2), Math.ceil(of(1) / 2)];
}
