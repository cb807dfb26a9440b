// Dropout on arrays given by address. Forward and backward are one: the same seed gives the same mask.

import { Kernel } from "./kernels/protocol.ts";
import { floatBits, type Launcher } from "./launcher.ts";

export interface DropoutSize {
  /** x [outer, pixels, channels], mask [outer, channels]: with one pixel every value is dropped or kept for itself. */
  readonly outer: number;
  readonly pixels: number;
  readonly channels: number;
}

/**
 * out = x · mask, the mask being that of `fillMask` (shared/tfjs/layers/random-fill.ts) for the seed whose 32 bits stand
 * at the address `seed` when the kernel runs. `out` may be `x`; rate < 1.
 */
export function runDropout(
  launcher: Launcher,
  { outer, pixels, channels }: DropoutSize,
  rate: number,
  seed: number,
  x: number,
  out: number,
): void {
  const scratchBytes = launcher.module.dropoutScratchBytes(channels);
  const scratch = launcher.scratch(scratchBytes * launcher.slots);
  launcher.run(Kernel.dropout, launcher.sharesFor((outer * pixels * channels) / 2), [
    ...[outer, pixels, channels, x, out, seed, Math.ceil(rate * 2 ** 32), floatBits(1 / (1 - rate))],
    ...[scratch, scratchBytes],
  ]);
}
