// Layer normalisation along the rows of [rows, columns], given by addresses of float32 arrays.

import { Kernel } from "./kernels/protocol.ts";
import { floatBits, type Launcher } from "./launcher.ts";
import { partsOf } from "./parts.ts";

export interface LayerNormSize {
  readonly rows: number;
  readonly columns: number;
}

/** gamma and beta [columns] are 0 for none, which counts as ones and zeros. */
export interface LayerNormOperands {
  readonly x: number;
  readonly gamma: number;
  readonly beta: number;
  readonly out: number;
  /** [rows, 2], written: mean and 1 / √(variance + epsilon) of each row, which the gradient takes; 0 for none. */
  readonly moments: number;
}

export function runLayerNorm(
  launcher: Launcher,
  { rows, columns }: LayerNormSize,
  epsilon: number,
  { x, gamma, beta, out, moments }: LayerNormOperands,
): void {
  launcher.run(Kernel.layerNorm, launcher.sharesFor((rows * columns) / 4), [
    ...[rows, columns, x, gamma, beta, floatBits(epsilon), out, moments],
  ]);
}

/** dx, and dgamma with dbeta, are 0 where they are not wanted. */
export interface LayerNormGradients {
  readonly x: number;
  readonly dy: number;
  readonly gamma: number;
  readonly moments: number;
  readonly dx: number;
  readonly dgamma: number;
  readonly dbeta: number;
}

export function runLayerNormGradient(
  launcher: Launcher,
  { rows, columns }: LayerNormSize,
  { x, dy, gamma, moments, dx, dgamma, dbeta }: LayerNormGradients,
): void {
  const parts = partsOf(rows, 16, 16);
  const { layerNormGradientScratchBytes, layerNormPartBytes } = launcher.module;
  const scratchBytes = layerNormGradientScratchBytes(columns);
  const scratch = launcher.scratch(scratchBytes * launcher.slots + layerNormPartBytes(columns) * parts);
  const partials = scratch + scratchBytes * launcher.slots;
  const shares = launcher.sharesFor((rows * columns) / 4);
  const words = [
    rows,
    columns,
    x,
    dy,
    gamma,
    moments,
    dx,
    partials,
    parts,
    dgamma,
    dbeta,
    scratch,
    scratchBytes,
  ];
  launcher.run(Kernel.layerNormGradient, shares, words);
  if (dgamma || dbeta) launcher.run(Kernel.layerNormParts, 1, words);
}
