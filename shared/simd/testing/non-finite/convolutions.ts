import * as tf from "@tensorflow/tfjs-core";
import { Activation } from "../../kernels/protocol.ts";
import { matrix, runProduct } from "../../matmul.ts";
import { runConvolution, runFilterGradient, runInputGradient } from "../../run-convolution.ts";
import { runDepthwise, runDepthwiseFilterGradient, runDepthwiseInputGradient } from "../../run-depthwise.ts";
import {
  runLocallyConnected,
  runLocallyConnectedFilterGradient,
  runLocallyConnectedInputGradient,
} from "../../run-locally-connected.ts";
import { sizeOf } from "../../shape.ts";
import { locallyConnectedProducts, sumOfProducts } from "./definitions.ts";
import { type Check, channel, draw, item, kernel, onCpu, trial, within } from "./trial.ts";

type Size = [number, number, number, number];

const activated = (x: tf.Tensor, activation: Activation): tf.Tensor =>
  activation === Activation.relu ? tf.relu(x) : activation === Activation.relu6 ? tf.relu6(x) : x;

/** `transposed` as in the gradients of a dense layer. */
function product(
  rows: number,
  depth: number,
  columns: number,
  activation: Activation,
  transposed = false,
): Check {
  return trial({
    what: `${rows}×${depth} by ${depth}×${columns}${transposed ? ", transposed" : ""}`,
    inputs: {
      a: transposed ? draw(depth, rows) : draw(rows, depth),
      b: transposed ? draw(columns, depth) : draw(depth, columns),
      bias: draw(columns),
    },
    results: [rows * columns],
    run: (backend, { a, b, bias }, [out = 0]) =>
      runProduct(backend, {
        ...{ rows, columns, depth, bias, activation, out },
        ...{ a: matrix(a, rows, depth, transposed), b: matrix(b, depth, columns, transposed) },
      }),
    expected: onCpu(({ a, b, bias }) =>
      activated(tf.add(tf.matMul(a, b, transposed, transposed), bias), activation),
    ),
  });
}

/** A convolution and its gradients. */
interface Convolution {
  readonly forward: Check;
  readonly byInput: Check;
  readonly byFilter: Check;
}

/**
 * Where a window reaches over the border ours multiply by the zeros of a padded image, and 0 · ∞ is NaN; tfjs leaves
 * those products out. Winograd's sums are other ones, in which ∞ − ∞ turns up anywhere in a tile and in a whole filter.
 */
function convolution(images: Size, filter: Size, stride: number, activation: Activation): Convolution {
  const info = tf.backend_util.computeConv2DInfo(images, filter, stride, 1, "same");
  const [, , channels, filters] = filter;
  const what = `${images} by ${filter}, stride ${stride}`;
  const winograd = stride === 1 && channels % 4 === 0;
  const attributes = { strides: stride, pad: "same", dataFormat: "NHWC", dilations: 1 };
  const imageOfX = item(sizeOf(images) / info.batchSize);
  const imageOfY = item(sizeOf(info.outShape) / info.batchSize);
  const channelOfFilter = (place: number): number => Math.floor(place / filters) % channels;
  return {
    forward: trial({
      what,
      inputs: { x: draw(...images), filter: draw(...filter), bias: draw(filters) },
      results: [sizeOf(info.outShape)],
      run: (backend, operands, [out = 0]) => runConvolution(backend, info, { ...operands, activation, out }),
      expected: onCpu(({ x, filter, bias }) =>
        activated(tf.add(kernel("Conv2D", { x, filter }, attributes), bias), activation),
      ),
      spreads: { filter: within(channel(filters)), ...(winograd && { x: within(imageOfX, imageOfY) }) },
    }),
    byInput: trial({
      what: `${what}, by the input`,
      inputs: { dy: draw(...info.outShape), filter: draw(...filter) },
      results: [sizeOf(images)],
      run: (backend, { dy, filter }, [dx = 0]) => runInputGradient(backend, info, dy, filter, dx),
      expected: onCpu((inputs) =>
        kernel("Conv2DBackpropInput", { ...inputs }, { ...attributes, inputShape: images }),
      ),
      spreads: {
        filter: within(channelOfFilter, channel(channels)),
        ...(winograd && { dy: within(imageOfY, imageOfX) }),
      },
    }),
    byFilter: trial({
      what: `${what}, by the filter`,
      inputs: { x: draw(...images), dy: draw(...info.outShape) },
      results: [sizeOf(filter)],
      run: (backend, { x, dy }, [out = 0]) => runFilterGradient(backend, info, x, dy, out),
      expected: onCpu((inputs) =>
        kernel("Conv2DBackpropFilter", { ...inputs }, { ...attributes, filterShape: filter }),
      ),
      spreads: {
        dy: within(channel(filters)),
        ...(winograd && { x: within(channel(channels), channelOfFilter) }),
      },
    }),
  };
}

const direct = convolution([3, 5, 6, 3], [3, 3, 3, 5], 1, Activation.relu);
const wide = convolution([2, 7, 6, 3], [2, 3, 3, 9], 1, Activation.relu6);
const strided = convolution([3, 7, 6, 3], [3, 3, 3, 9], 2, Activation.none);
const winograd3 = convolution([3, 6, 7, 8], [3, 3, 8, 8], 1, Activation.relu);
const winograd5 = convolution([2, 5, 6, 8], [5, 5, 8, 16], 1, Activation.none);
const manyImages = convolution([16, 4, 5, 4], [3, 3, 4, 8], 1, Activation.none);

function depthwise(images: Size, filter: Size, stride: number): Convolution {
  const info = tf.backend_util.computeConv2DInfo(images, filter, stride, 1, "same", undefined, true);
  const attributes = { strides: stride, pad: "same", dilations: 1 };
  const what = `${images} by ${filter}, stride ${stride}`;
  return {
    forward: trial({
      what,
      inputs: { x: draw(...images), filter: draw(...filter), bias: draw(info.outChannels) },
      results: [sizeOf(info.outShape)],
      run: (backend, operands, [out = 0]) =>
        runDepthwise(backend, info, { ...operands, activation: Activation.relu, out }),
      expected: onCpu(({ x, filter, bias }) =>
        tf.relu(tf.add(kernel("DepthwiseConv2dNative", { x, filter }, attributes), bias)),
      ),
    }),
    byInput: trial({
      what: `${what}, by the input`,
      inputs: { dy: draw(...info.outShape), filter: draw(...filter) },
      results: [sizeOf(images)],
      run: (backend, { dy, filter }, [dx = 0]) => runDepthwiseInputGradient(backend, info, dy, filter, dx),
      expected: onCpu((inputs) =>
        kernel("DepthwiseConv2dNativeBackpropInput", { ...inputs }, { ...attributes, inputShape: images }),
      ),
    }),
    byFilter: trial({
      what: `${what}, by the filter`,
      inputs: { x: draw(...images), dy: draw(...info.outShape) },
      results: [sizeOf(filter)],
      run: (backend, { x, dy }, [out = 0]) => runDepthwiseFilterGradient(backend, info, x, dy, out),
      expected: onCpu((inputs) =>
        kernel("DepthwiseConv2dNativeBackpropFilter", { ...inputs }, { ...attributes, filterShape: filter }),
      ),
    }),
  };
}

const depthwises = [
  depthwise([4, 5, 6, 5], [3, 3, 5, 1], 1),
  // More maps than channels, and a stride.
  depthwise([2, 7, 6, 3], [3, 2, 3, 2], 2),
];

const local = {
  ...{ images: 5, height: 5, width: 4, channels: 3, outHeight: 3, outWidth: 4, filters: 5 },
  ...{ strideHeight: 2, strideWidth: 1, kernelHeight: 3, kernelWidth: 3, padTop: 1, padLeft: 1 },
};
const [localX, localY, localWeights] = [5 * 5 * 4 * 3, 5 * 3 * 4 * 5, 3 * 4 * 3 * 3 * 3 * 5];
const localProducts = locallyConnectedProducts(local);

export const convolutions = {
  gemm: [
    product(5, 7, 9, Activation.relu),
    product(19, 6, 5, Activation.relu6),
    product(6, 11, 13, Activation.none, true),
  ],
  convolution: [direct.forward, wide.forward, strided.forward, direct.byInput, wide.byInput],
  filterGradient: [direct.byFilter, strided.byFilter],
  stridedInputGradient: [strided.byInput],
  winogradFilter: [winograd3.byInput, winograd5.byInput],
  winogradConvolution: [winograd3.forward, winograd5.forward],
  winogradFilterGradient: [winograd3.byFilter, winograd5.byFilter, manyImages.byFilter],
  depthwise: depthwises.map((it) => it.forward),
  depthwiseInputGradient: depthwises.map((it) => it.byInput),
  depthwiseFilterGradient: depthwises.map((it) => it.byFilter),
  locallyConnected: [
    trial({
      what: "with padding",
      inputs: { x: draw(localX), kernel: draw(localWeights), bias: draw(3 * 4 * 5) },
      results: [localY],
      run: (backend, operands, [out = 0]) =>
        runLocallyConnected(backend, local, { ...operands, activation: Activation.relu, out }),
      expected({ x, kernel, bias }) {
        const sums = sumOfProducts(localProducts, "to", ["from", x.values], ["by", kernel.values], localY);
        return [sums.map((it, at) => Math.max(0, it + (bias.values[at % 60] ?? 0)))];
      },
    }),
  ],
  locallyConnectedInputGradient: [
    trial({
      what: "with padding",
      inputs: { dy: draw(localY), kernel: draw(localWeights) },
      results: [localX],
      run: (backend, { dy, kernel }, [dx = 0]) =>
        runLocallyConnectedInputGradient(backend, local, dy, kernel, dx),
      expected: ({ dy, kernel }) => [
        sumOfProducts(localProducts, "from", ["to", dy.values], ["by", kernel.values], localX),
      ],
    }),
  ],
  locallyConnectedFilterGradient: [
    trial({
      what: "with padding",
      inputs: { x: draw(localX), dy: draw(localY) },
      results: [localWeights],
      run: (backend, { x, dy }, [out = 0]) => runLocallyConnectedFilterGradient(backend, local, x, dy, out),
      expected: ({ x, dy }) => [
        sumOfProducts(localProducts, "by", ["from", x.values], ["to", dy.values], localWeights),
      ],
    }),
  ],
};
