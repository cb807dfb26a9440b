// Batch and layer normalisation on tfjs's tape: one or two kernels forward and for all gradients. tfjs composes both of
// about a dozen kernels, each of which passes over the feature maps.

import { customGrad, type GradSaveFunc, type Tensor } from "@tensorflow/tfjs-core";
import { newTensor, type SimdBackend } from "./backend.ts";
import {
  type BatchNormSize,
  runBatchNorm,
  runBatchNormGradient,
  runBatchNormTraining,
} from "./run-batch-norm.ts";
import { runLayerNorm, runLayerNormGradient } from "./run-layer-norm.ts";

export interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * Normalises x [..., channels] by its own moments along all axes but the last, scales by gamma and shifts by beta
 * [channels]. Mean and biased variance [channels] come along, without a gradient.
 */
export function batchNormByBatch(
  backend: SimdBackend,
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  epsilon: number,
): Moments & { readonly out: Tensor } {
  const size = sizeOfBatch(x, epsilon);
  const [mean, variance] = [newTensor(backend, [size.channels]), newTensor(backend, [size.channels])];
  const normalized = newTensor(backend, x.shape);
  const at = (it: Tensor) => backend.address(it);
  const operands = { x: at(x), gamma: at(gamma), beta: at(beta), out: at(normalized) };
  runBatchNormTraining(backend, size, operands, { mean: at(mean), variance: at(variance) });
  const out = withGradient(backend, size, normalized, { mean, variance }, false)(x, gamma, beta);
  return { out, mean, variance };
}

/** Normalises by moments [channels] that are given, and are no matter of the gradient. */
export function batchNormByMoments(
  backend: SimdBackend,
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  moments: Moments,
  epsilon: number,
): Tensor {
  const size = sizeOfBatch(x, epsilon);
  const normalized = newTensor(backend, x.shape);
  const at = (it: Tensor) => backend.address(it);
  const operands = { x: at(x), gamma: at(gamma), beta: at(beta), out: at(normalized) };
  runBatchNorm(backend, size, operands, { mean: at(moments.mean), variance: at(moments.variance) });
  return withGradient(backend, size, normalized, moments, true)(x, gamma, beta);
}

const sizeOfBatch = (x: Tensor, epsilon: number): BatchNormSize => {
  const channels = x.shape.at(-1) ?? 1;
  return { rows: x.size / channels, channels, epsilon };
};

function withGradient(
  backend: SimdBackend,
  size: BatchNormSize,
  value: Tensor,
  { mean, variance }: Moments,
  frozen: boolean,
): (x: Tensor, gamma: Tensor, beta: Tensor) => Tensor {
  return customGrad((...given) => {
    const [x, gamma, save] = operandsOf(given);
    save([x, gamma, mean, variance]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [was = dy, scale = dy, middle = dy, spread = dy] = saved;
      const at = (it: Tensor) => backend.address(it);
      const slopes = [was.shape, [size.channels], [size.channels]].map((it) => newTensor(backend, it));
      const [dx = 0, dgamma = 0, dbeta = 0] = slopes.map(at);
      const operands = { x: at(was), dy: at(dy), gamma: at(scale), dx, dgamma, dbeta };
      runBatchNormGradient(backend, size, operands, { mean: at(middle), variance: at(spread) }, frozen);
      return slopes;
    };
    return { value, gradFunc };
  });
}

/** Normalises along the last axis, then scales by gamma and shifts by beta [columns]. */
export function layerNormByRows(
  backend: SimdBackend,
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  epsilon: number,
): Tensor {
  const columns = x.shape.at(-1) ?? 1;
  const size = { rows: x.size / columns, columns };
  const at = (it: Tensor) => backend.address(it);
  const [value, moments] = [newTensor(backend, x.shape), newTensor(backend, [size.rows, 2])];
  const operands = { x: at(x), gamma: at(gamma), beta: at(beta), out: at(value), moments: at(moments) };
  runLayerNorm(backend, size, epsilon, operands);
  const normalizing = customGrad((...given) => {
    const [input, scale, save] = operandsOf(given);
    save([input, scale, moments]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [was = dy, by = dy, found = dy] = saved;
      const [dx, dgamma, dbeta] = [
        newTensor(backend, was.shape),
        newTensor(backend, [columns]),
        newTensor(backend, [columns]),
      ];
      const slopes = { x: at(was), dy: at(dy), gamma: at(by), moments: at(found), dx: at(dx) };
      runLayerNormGradient(backend, size, { ...slopes, dgamma: at(dgamma), dbeta: at(dbeta) });
      return [dx, dgamma, dbeta];
    };
    return { value, gradFunc };
  });
  return normalizing(x, gamma, beta);
}

/** tfjs types the arguments of all custom gradients alike: the tensors, and behind them the function that saves. */
function operandsOf(given: readonly unknown[]): readonly [Tensor, Tensor, GradSaveFunc] {
  return [given[0], given[1], given.at(-1)] as readonly unknown[] as readonly [Tensor, Tensor, GradSaveFunc];
}
