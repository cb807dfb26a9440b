import {
  FusedBatchNorm,
  type FusedBatchNormAttrs,
  type TensorInfo,
  Tile,
  type TileAttrs,
} from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";
import { defineKernel, type SimdKernel } from "./kernel.ts";
import { Kernel } from "./kernels/protocol.ts";
import { floatBits } from "./launcher.ts";
import { areFloats, sizeOf } from "./shape.ts";

interface BatchNormInputs {
  readonly x: TensorInfo;
  readonly mean: TensorInfo;
  readonly variance: TensorInfo;
  readonly offset?: TensorInfo;
  readonly scale?: TensorInfo;
}

export const normalizationKernels: readonly SimdKernel[] = [
  defineKernel<BatchNormInputs, FusedBatchNormAttrs>(FusedBatchNorm, normalize),
  defineKernel<{ x: TensorInfo }, TileAttrs>(Tile, repeat),
];

/** Statistics, scale and offset of one value for each channel; others are left to the cpu kernel. */
function normalize(
  backend: SimdBackend,
  { x, mean, variance, offset, scale }: BatchNormInputs,
  { varianceEpsilon }: FusedBatchNormAttrs,
): TensorInfo | undefined {
  const given = [mean, variance, offset, scale].filter((it) => it !== undefined && it !== null);
  const channels = x.shape.at(-1) ?? 1;
  if (!areFloats(x, ...given) || given.some((it) => sizeOf(it.shape) !== channels)) return undefined;
  const rows = sizeOf(x.shape) / channels;
  const input = backend.address(x);
  const statistics = [backend.address(mean), backend.address(variance)];
  const affine = [offset ? backend.address(offset) : 0, scale ? backend.address(scale) : 0];
  const result = backend.newTensor(x.shape);
  const out = backend.address(result);
  const scratchBytes = backend.module.batchNormScratchBytes(channels);
  const scratch = backend.scratch(scratchBytes * backend.slots);
  backend.run(Kernel.batchNorm, backend.sharesFor((rows * channels) / 4), [
    ...[
      rows,
      channels,
      input,
      ...statistics,
      ...affine,
      floatBits(varianceEpsilon),
      out,
      scratch,
      scratchBytes,
    ],
  ]);
  return result;
}

/** Only whole tensors one after the other, which is what the gradient of batch normalisation asks for. */
function repeat(backend: SimdBackend, { x }: { x: TensorInfo }, { reps }: TileAttrs): TensorInfo | undefined {
  if (!areFloats(x) || reps.some((it) => it < 1)) return undefined;
  const lastRepeated = reps.findLastIndex((it) => it > 1);
  if (sizeOf(x.shape.slice(0, lastRepeated + 1)) !== 1) return undefined;
  const result = backend.newTensor(x.shape.map((size, i) => size * (reps[i] ?? 1)));
  const from = backend.valuesOf(x);
  const to = backend.valuesOf(result);
  to.set(from);
  for (let done = from.length; done < to.length; done *= 2)
    to.copyWithin(done, 0, Math.min(done, to.length - done));
  return result;
}
