import {
  backend_util,
  DepthwiseConv2dNative,
  type DepthwiseConv2dNativeAttrs,
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  FusedDepthwiseConv2D,
  type FusedDepthwiseConv2DAttrs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { activationOf } from "./activation.ts";
import type { SimdBackend } from "./backend.ts";
import { defineKernel, type SimdKernel } from "./kernel.ts";
import { Activation } from "./kernels/protocol.ts";
import { runDepthwise, runDepthwiseFilterGradient, runDepthwiseInputGradient } from "./run-depthwise.ts";
import { areFloats, sizeOf } from "./shape.ts";

interface Inputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo;
}

export const depthwiseKernels: readonly SimdKernel[] = [
  defineKernel<Inputs, DepthwiseConv2dNativeAttrs>(DepthwiseConv2dNative, (backend, inputs, attributes) =>
    convolve(backend, inputs, attributes, Activation.none),
  ),
  defineKernel<Inputs, FusedDepthwiseConv2DAttrs>(FusedDepthwiseConv2D, (backend, inputs, attributes) => {
    const activation = activationOf(attributes.activation);
    return activation === undefined ? undefined : convolve(backend, inputs, attributes, activation);
  }),
  defineKernel<{ dy: TensorInfo; filter: TensorInfo }, DepthwiseConv2dNativeBackpropInputAttrs>(
    DepthwiseConv2dNativeBackpropInput,
    (backend, { dy, filter }, attributes) => {
      if (!areFloats(dy, filter)) return undefined;
      const info = geometry(attributes.inputShape, filter.shape, attributes);
      const gradient = backend.address(dy);
      const weights = backend.address(filter);
      const result = backend.newTensor(info.inShape);
      runDepthwiseInputGradient(backend, info, gradient, weights, backend.address(result));
      return result;
    },
  ),
  defineKernel<{ x: TensorInfo; dy: TensorInfo }, DepthwiseConv2dNativeBackpropFilterAttrs>(
    DepthwiseConv2dNativeBackpropFilter,
    (backend, { x, dy }, attributes) => {
      if (!areFloats(x, dy)) return undefined;
      const info = geometry(x.shape, attributes.filterShape, attributes);
      const input = backend.address(x);
      const gradient = backend.address(dy);
      const result = backend.newTensor(attributes.filterShape);
      runDepthwiseFilterGradient(backend, info, input, gradient, backend.address(result));
      return result;
    },
  ),
];

function convolve(
  backend: SimdBackend,
  { x, filter, bias }: Inputs,
  attributes: Geometry,
  activation: Activation,
): TensorInfo | undefined {
  if (!areFloats(x, filter)) return undefined;
  const info = geometry(x.shape, filter.shape, attributes);
  if (sizeOf(info.outShape) === 0) return undefined;
  if (bias && (bias.dtype !== "float32" || sizeOf(bias.shape) !== info.outChannels)) return undefined;
  const operands = {
    x: backend.address(x),
    filter: backend.address(filter),
    bias: bias ? backend.address(bias) : 0,
    activation,
  };
  const result = backend.newTensor(info.outShape);
  runDepthwise(backend, info, { ...operands, out: backend.address(result) });
  return result;
}

type ImageShape = [number, number, number, number];
type Geometry = Omit<DepthwiseConv2dNativeAttrs, "dataFormat">;

const geometry = (
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, dilations, pad, dimRoundingMode }: Geometry,
): backend_util.Conv2DInfo =>
  backend_util.computeConv2DInfo(
    // tfjs-core has checked the ranks and the attributes; its declarations have lost both.
    inputShape as ImageShape,
    filterShape as ImageShape,
    strides,
    // tfjs's layers leave it out.
    dilations ?? 1,
    pad as Parameters<typeof backend_util.computeConv2DInfo>[4],
    dimRoundingMode,
    true,
  );
