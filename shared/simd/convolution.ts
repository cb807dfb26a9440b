import {
  backend_util,
  Conv2D,
  type Conv2DAttrs,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  FusedConv2D,
  type FusedConv2DAttrs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { activationOf } from "./activation.ts";
import type { SimdBackend } from "./backend.ts";
import { defineKernel, type SimdKernel } from "./kernel.ts";
import { Activation } from "./kernels/protocol.ts";
import { runConvolution, runFilterGradient, runInputGradient } from "./run-convolution.ts";
import { areFloats, sizeOf } from "./shape.ts";

interface Inputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo;
}

export const convolutionKernels: readonly SimdKernel[] = [
  defineKernel<Inputs, Conv2DAttrs>(Conv2D, (backend, inputs, attributes) =>
    convolve(backend, inputs, attributes, Activation.none),
  ),
  defineKernel<Inputs, FusedConv2DAttrs>(FusedConv2D, (backend, inputs, attributes) => {
    const activation = activationOf(attributes.activation);
    return activation === undefined ? undefined : convolve(backend, inputs, attributes, activation);
  }),
  defineKernel<{ dy: TensorInfo; filter: TensorInfo }, Conv2DBackpropInputAttrs>(
    Conv2DBackpropInput,
    (backend, { dy, filter }, attributes) => {
      const info = geometry(attributes.inputShape, filter.shape, attributes, 1);
      if (!areFloats(dy, filter) || info.dataFormat !== "channelsLast") return undefined;
      // A transposed convolution may ask for an input that would have given another output size.
      if (dy.shape[1] !== info.outHeight || dy.shape[2] !== info.outWidth) return undefined;
      const gradient = backend.address(dy);
      const weights = backend.address(filter);
      const result = backend.newTensor(info.inShape);
      runInputGradient(backend, info, gradient, weights, backend.address(result));
      return result;
    },
  ),
  defineKernel<{ x: TensorInfo; dy: TensorInfo }, Conv2DBackpropFilterAttrs>(
    Conv2DBackpropFilter,
    (backend, { x, dy }, attributes) => {
      const info = geometry(x.shape, attributes.filterShape, attributes, 1);
      if (!areFloats(x, dy) || info.dataFormat !== "channelsLast") return undefined;
      const input = backend.address(x);
      const gradient = backend.address(dy);
      const result = backend.newTensor(info.filterShape);
      runFilterGradient(backend, info, input, gradient, backend.address(result));
      return result;
    },
  ),
];

function convolve(
  backend: SimdBackend,
  { x, filter, bias }: Inputs,
  attributes: Conv2DAttrs,
  activation: Activation,
): TensorInfo | undefined {
  if (!areFloats(x, filter)) return undefined;
  const info = geometry(x.shape, filter.shape, attributes, attributes.dilations);
  if (info.dataFormat !== "channelsLast" || sizeOf(info.outShape) === 0) return undefined;
  if (bias && (bias.dtype !== "float32" || sizeOf(bias.shape) !== info.outChannels)) return undefined;
  const operands = {
    x: backend.address(x),
    filter: backend.address(filter),
    bias: bias ? backend.address(bias) : 0,
    activation,
  };
  const result = backend.newTensor(info.outShape);
  runConvolution(backend, info, { ...operands, out: backend.address(result) });
  return result;
}

type Geometry = Pick<Conv2DAttrs, "strides" | "pad" | "dataFormat"> &
  Partial<Pick<Conv2DAttrs, "dimRoundingMode">>;
type ImageShape = [number, number, number, number];

function geometry(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dataFormat, dimRoundingMode }: Geometry,
  dilations: number | [number, number],
): backend_util.Conv2DInfo {
  // tfjs-core has checked the ranks and the attributes; its declarations have lost both.
  return backend_util.computeConv2DInfo(
    inputShape as ImageShape,
    filterShape as ImageShape,
    strides,
    dilations,
    pad as Parameters<typeof backend_util.computeConv2DInfo>[4],
    dimRoundingMode,
    false,
    backend_util.convertConv2DDataFormat(dataFormat ?? "NHWC"),
  );
}
