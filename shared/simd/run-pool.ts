// Pooling and its gradients on images [batch, height, width, channels] given by address.

import type { backend_util } from "@tensorflow/tfjs-core";
import type { Kernel } from "./kernels/protocol.ts";
import type { Launcher } from "./launcher.ts";
import { sizeOf } from "./shape.ts";

export type PoolKernel =
  | Kernel.maxPool
  | Kernel.maxPoolGradient
  | Kernel.averagePool
  | Kernel.averagePoolGradient;

/** Those that the kernel needs: forward x and out, backward dy and dx, the maximum's gradient x too. */
interface PoolOperands {
  readonly x?: number;
  readonly out?: number;
  readonly dy?: number;
  readonly dx?: number;
  /** The average's gradient divides by the pixels inside the image, as the average does; tfjs's by the whole window. */
  readonly inside?: boolean;
}

export function runPool(
  launcher: Launcher,
  kernel: PoolKernel,
  info: backend_util.Conv2DInfo,
  { x = 0, out = 0, dy = 0, dx = 0, inside = false }: PoolOperands,
): void {
  launcher.run(kernel, launcher.sharesFor(sizeOf(info.inShape) / 4), [
    ...words(info),
    ...[x, out, dy, dx, inside ? 1 : 0],
  ]);
}

/** In the order of PoolShape in kernels/pool-shape.ts. */
function words(info: backend_util.Conv2DInfo): readonly number[] {
  return [
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth],
    ...[
      info.filterHeight,
      info.filterWidth,
      info.strideHeight,
      info.strideWidth,
      info.padInfo.top,
      info.padInfo.left,
    ],
  ];
}
