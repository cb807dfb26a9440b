import {
  backend_util,
  DepthwiseConv2dNative,
  type DepthwiseConv2dNativeAttrs,
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { defineKernel, type SimdKernel } from "./kernel.ts";
import { areFloats, sizeOf } from "./shape.ts";

/**
 * In JavaScript: a depthwise convolution reuses each number so seldom that plain loops along the channels keep up with
 * memory, and they are ten times as fast as tfjs's cpu kernels.
 */
export const depthwiseKernels: readonly SimdKernel[] = [
  defineKernel<{ x: TensorInfo; filter: TensorInfo }, DepthwiseConv2dNativeAttrs>(
    DepthwiseConv2dNative,
    (backend, { x, filter }, attributes) => {
      if (!areFloats(x, filter)) return undefined;
      const info = geometry(x.shape, filter.shape, attributes);
      if (sizeOf(info.outShape) === 0) return undefined;
      backend.address(x);
      backend.address(filter);
      const result = backend.newTensor(info.outShape);
      const [images, kernel] = [backend.valuesOf(x), backend.valuesOf(filter)];
      const out = backend.valuesOf(result).fill(0);
      walk(info, ({ from, fromStep, to, toStep, weight, count, maps, multiplier }) => {
        for (let map = 0; map < maps; map++) {
          const factor = kernel[weight + map] ?? 0;
          let i = from + Math.floor(map / multiplier);
          for (let left = count, j = to + map; left > 0; left--, i += fromStep, j += toStep)
            out[j] = (out[j] ?? 0) + (images[i] ?? 0) * factor;
        }
      });
      return result;
    },
  ),
  defineKernel<{ dy: TensorInfo; filter: TensorInfo }, DepthwiseConv2dNativeBackpropInputAttrs>(
    DepthwiseConv2dNativeBackpropInput,
    (backend, { dy, filter }, attributes) => {
      if (!areFloats(dy, filter)) return undefined;
      const info = geometry(attributes.inputShape, filter.shape, attributes);
      backend.address(dy);
      backend.address(filter);
      const result = backend.newTensor(info.inShape);
      const [slopes, kernel] = [backend.valuesOf(dy), backend.valuesOf(filter)];
      const out = backend.valuesOf(result).fill(0);
      walk(info, ({ from, fromStep, to, toStep, weight, count, maps, multiplier }) => {
        for (let map = 0; map < maps; map++) {
          const factor = kernel[weight + map] ?? 0;
          let i = from + Math.floor(map / multiplier);
          for (let left = count, j = to + map; left > 0; left--, i += fromStep, j += toStep)
            out[i] = (out[i] ?? 0) + (slopes[j] ?? 0) * factor;
        }
      });
      return result;
    },
  ),
  defineKernel<{ x: TensorInfo; dy: TensorInfo }, DepthwiseConv2dNativeBackpropFilterAttrs>(
    DepthwiseConv2dNativeBackpropFilter,
    (backend, { x, dy }, attributes) => {
      if (!areFloats(x, dy)) return undefined;
      const info = geometry(x.shape, attributes.filterShape, attributes);
      backend.address(x);
      backend.address(dy);
      const result = backend.newTensor(attributes.filterShape);
      const [images, slopes] = [backend.valuesOf(x), backend.valuesOf(dy)];
      // In double precision, because each sum runs over all pixels of all images.
      const sums = new Float64Array(sizeOf(attributes.filterShape));
      walk(info, ({ from, fromStep, to, toStep, weight, count, maps, multiplier }) => {
        for (let map = 0; map < maps; map++) {
          let sum = 0;
          let i = from + Math.floor(map / multiplier);
          for (let left = count, j = to + map; left > 0; left--, i += fromStep, j += toStep)
            sum += (images[i] ?? 0) * (slopes[j] ?? 0);
          sums[weight + map] = (sums[weight + map] ?? 0) + sum;
        }
      });
      backend.valuesOf(result).set(sums);
      return result;
    },
  ),
];

/** One cell of the kernels along a row of windows: where the first values that it joins lie in image and result. */
interface Meeting {
  readonly from: number;
  readonly fromStep: number;
  readonly to: number;
  readonly toStep: number;
  readonly weight: number;
  /** Windows in which the cell lies inside the image. */
  readonly count: number;
  readonly maps: number;
  readonly multiplier: number;
}

function walk(info: backend_util.Conv2DInfo, meet: (meeting: Meeting) => void): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, strideWidth } = info;
  for (let image = 0; image < info.batchSize; image++)
    for (let row = 0; row < outHeight; row++)
      for (let y = 0; y < info.filterHeight; y++) {
        const inRow = row * info.strideHeight - info.padInfo.top + y * info.dilationHeight;
        if (inRow < 0 || inRow >= inHeight) continue;
        for (let x = 0; x < info.filterWidth; x++) {
          const shift = x * info.dilationWidth - info.padInfo.left;
          const first = Math.max(0, Math.ceil(-shift / strideWidth));
          const last = Math.min(outWidth - 1, Math.floor((inWidth - 1 - shift) / strideWidth));
          const from = ((image * inHeight + inRow) * inWidth + first * strideWidth + shift) * inChannels;
          const to = ((image * outHeight + row) * outWidth + first) * outChannels;
          const weight = (y * info.filterWidth + x) * outChannels;
          if (first <= last)
            meet({
              from,
              fromStep: strideWidth * inChannels,
              to,
              toStep: outChannels,
              weight,
              count: last - first + 1,
              maps: outChannels,
              multiplier: outChannels / inChannels,
            });
        }
      }
}

type ImageShape = [number, number, number, number];

const geometry = (
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, dilations, pad, dimRoundingMode }: Omit<DepthwiseConv2dNativeAttrs, "dataFormat">,
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
