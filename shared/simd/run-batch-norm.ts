// Batch normalisation of [rows, channels], rows being the pixels of all images, given by addresses of float32 arrays.

import { Kernel } from "./kernels/protocol.ts";
import { floatBits, type Launcher } from "./launcher.ts";
import { partsOf } from "./parts.ts";

export interface BatchNormSize {
  readonly rows: number;
  readonly channels: number;
  readonly epsilon: number;
}

/** Per channel; gamma and beta are 0 for none, which counts as ones and zeros. */
export interface BatchNormOperands {
  readonly x: number;
  readonly gamma: number;
  readonly beta: number;
  readonly out: number;
}

/** Written: mean and (biased) variance of this batch, [channels] each. */
export interface BatchMoments {
  readonly mean: number;
  readonly variance: number;
}

/** Keras' moving averages: average · momentum + now · (1 − momentum), in place. */
export interface MovingAverages {
  readonly mean: number;
  readonly variance: number;
  readonly momentum: number;
}

/** Rows of one part of the sums; they are split alike for any number of threads. */
const rowsPerPart = 256;
const mostParts = 16;

/** Normalises by the batch's own moments, writes those, and moves the averages. */
export function runBatchNormTraining(
  launcher: Launcher,
  { rows, channels, epsilon }: BatchNormSize,
  { x, gamma, beta, out }: BatchNormOperands,
  { mean, variance }: BatchMoments,
  moving: MovingAverages = { mean: 0, variance: 0, momentum: 0 },
): void {
  const { parts, partials, scratch, scratchBytes } = workspace(launcher, rows, channels);
  const shares = launcher.sharesFor((rows * channels) / 4);
  const moments = [rows, channels, x, partials, parts];
  launcher.run(Kernel.batchNormMoments, parts > 1 ? shares : 1, moments);
  launcher.run(Kernel.batchNormTraining, shares, [
    ...[...moments, gamma, beta, floatBits(epsilon), out, mean, variance],
    ...[moving.mean, moving.variance, floatBits(moving.momentum), scratch, scratchBytes],
  ]);
}

/** Normalises by moments that are given. */
export function runBatchNorm(
  launcher: Launcher,
  { rows, channels, epsilon }: BatchNormSize,
  { x, gamma, beta, out }: BatchNormOperands,
  { mean, variance }: BatchMoments,
): void {
  const scratchBytes = launcher.module.batchNormScratchBytes(channels);
  const scratch = launcher.scratch(scratchBytes * launcher.slots);
  launcher.run(Kernel.batchNorm, launcher.sharesFor((rows * channels) / 4), [
    ...[rows, channels, x, mean, variance, beta, gamma, floatBits(epsilon), out, scratch, scratchBytes],
  ]);
}

/** dx, dgamma and dbeta are 0 where they are not wanted. */
export interface BatchNormGradients {
  readonly x: number;
  readonly dy: number;
  readonly gamma: number;
  readonly dx: number;
  readonly dgamma: number;
  readonly dbeta: number;
}

/** `frozen`: mean and variance were given numbers, so that no slope flows through them. */
export function runBatchNormGradient(
  launcher: Launcher,
  { rows, channels, epsilon }: BatchNormSize,
  { x, dy, gamma, dx, dgamma, dbeta }: BatchNormGradients,
  { mean, variance }: BatchMoments,
  frozen: boolean,
): void {
  const { parts, partials, scratch, scratchBytes } = workspace(launcher, rows, channels);
  const shares = launcher.sharesFor((rows * channels) / 4);
  const sums = [rows, channels, x, dy, mean, partials, parts];
  launcher.run(Kernel.batchNormSums, parts > 1 ? shares : 1, sums);
  launcher.run(Kernel.batchNormGradient, shares, [
    ...[...sums, variance, gamma, floatBits(epsilon), frozen ? 1 : 0],
    ...[dx, dgamma, dbeta, scratch, scratchBytes],
  ]);
}

function workspace(launcher: Launcher, rows: number, channels: number) {
  const parts = partsOf(rows, rowsPerPart, mostParts);
  const scratchBytes = launcher.module.batchNormTrainingScratchBytes(channels);
  const partBytes = launcher.module.batchNormPartBytes(channels);
  const scratch = launcher.scratch(scratchBytes * launcher.slots + parts * partBytes);
  return { parts, scratch, scratchBytes, partials: scratch + scratchBytes * launcher.slots };
}
