import { isImage } from "../../../nodes/shape.ts";
import { type Flow, meaning, orderOf, placesOf, through, vectorFlow } from "../flow.ts";
import { arrayAt, gap, type Readers, real, type Site, whole } from "../site.ts";
import { type Known, turned } from "../tensor.ts";
import { imageAt, vector } from "../views.ts";

export const dense: Readers = { Gemm: gemm, MatMul: product };

/** Gemm-7 to -13: alpha · A · B + beta · C, with A [N, inputs] and B [inputs, units], or [units, inputs] if transB. */
function gemm(site: Site): Flow {
  if (whole(site, "transA", 0) !== 0)
    gap("It turns its input around (transA), so that examples would be mixed.");
  const bias = site.has(2) ? arrayAt(site, 2, "bias") : undefined;
  return connect(site, {
    kernel: arrayAt(site, 1, "kernel"),
    isTurned: whole(site, "transB", 0) === 1,
    factor: real(site, "alpha", 1),
    bias,
    biasFactor: real(site, "beta", 1),
  });
}

/** MatMul-1 to -13 with a fixed second factor. */
function product(site: Site): Flow {
  if (site.known(0))
    gap("Its first factor is fixed and its second is not: a dense layer has them the other way round.");
  const kernel = arrayAt(site, 1, "second factor");
  return connect(site, { kernel, isTurned: false, factor: 1, bias: undefined, biasFactor: 1 });
}

interface Product {
  readonly kernel: Known;
  readonly isTurned: boolean;
  readonly factor: number;
  readonly bias: Known | undefined;
  readonly biasFactor: number;
}

function connect(site: Site, it: Product): Flow {
  const { kernel, isTurned, factor, bias, biasFactor } = it;
  if (kernel.dims.length !== 2)
    gap(`Its kernel is ${kernel.dims.join("×") || "one number"}: a dense layer's has two axes.`);
  const [inputs = 0, units = 0] = isTurned ? kernel.dims.toReversed() : kernel.dims;
  if (bias && !(bias.dims.at(-1) === units || bias.dims.every((size) => size === 1)))
    gap(`Its bias ${bias.dims.join("×")} does not fit ${units} units.`);
  const flow = site.flow(0);
  if (flow.axes.length > 2) return mixChannels(site, flow, it, inputs, units);
  const from = vector(site, flow);
  const [width = 0] = from.shape;
  if (width !== inputs) gap(`Its kernel ${kernel.dims.join("×")} does not fit ${width} inputs.`);
  const order = orderOf(from);
  const values = { units, bias: bias !== undefined, activation: "linear" };
  const layer = site.place("dense", values, [from], {
    arrays: {
      kernel: () => ({ shape: [inputs, units], values: scaled(rows(kernel, isTurned, order), factor) }),
      ...biasArray(bias, units, biasFactor),
    },
  });
  return vectorFlow(layer, units);
}

/** A product over the channels of every pixel, as Keras' Dense and PyTorch's Linear do behind channels-last images. */
function mixChannels(
  site: Site,
  flow: Flow,
  { kernel, isTurned, factor, bias, biasFactor }: Product,
  inputs: number,
  units: number,
): Flow {
  if (flow.axes.length !== 4 || !isImage(flow.shape) || (meaning(flow, 3) !== 2 && flow.shape[2] !== 1))
    return gap(
      `It multiplies the last of ${flow.axes.length} axes; a dense layer takes vectors, a 1×1 convolution images.`,
    );
  const image = imageAt(site, flow, placesOf.last);
  if (image.shape[2] !== inputs)
    gap(`Its kernel ${kernel.dims.join("×")} does not fit ${image.shape[2]} channels.`);
  const values = { filters: units, kernel: 1, bias: bias !== undefined, activation: "linear" };
  const layer = site.place("conv2d", values, [image], {
    arrays: {
      kernel: () => ({
        shape: [1, 1, inputs, units],
        values: scaled(rows(kernel, isTurned, undefined), factor),
      }),
      ...biasArray(bias, units, biasFactor),
    },
  });
  return {
    ...through(image, layer),
    shape: layer.shape,
    factors: layer.shape,
    axes: ["examples", [0], [1], [2]],
  };
}

/** The kernel as [inputs, units]; row `order[p]` of ours is the file's row p. */
function rows(kernel: Known, isTurned: boolean, order: Uint32Array | undefined): Float32Array {
  if (!order) return isTurned ? turned(kernel, [1, 0]) : kernel.floats();
  const [inputs = 0, units = 0] = isTurned ? kernel.dims.toReversed() : kernel.dims;
  const result = new Float32Array(inputs * units);
  for (let row = 0; row < inputs; row++) {
    const to = (order[row] ?? 0) * units;
    for (let unit = 0; unit < units; unit++)
      result[to + unit] = kernel.at(isTurned ? unit * inputs + row : row * units + unit);
  }
  return result;
}

const scaled = (values: Float32Array, factor: number): Float32Array =>
  factor === 1 ? values : values.map((it) => it * factor);

function biasArray(bias: Known | undefined, units: number, factor: number) {
  if (!bias) return {};
  const isOne = bias.dims.every((size) => size === 1);
  const values = () => scaled(isOne ? new Float32Array(units).fill(bias.at(0)) : bias.floats(), factor);
  return { bias: () => ({ shape: [units], values: values() }) };
}
