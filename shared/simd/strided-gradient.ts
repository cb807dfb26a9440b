// The input gradient of a convolution with a stride; see kernels/strided-gradient.ts.

import type { backend_util } from "@tensorflow/tfjs-core";
import { convolutionWords, forwardJob } from "./convolution-job.ts";
import { Kernel } from "./kernels/protocol.ts";
import type { Launcher } from "./launcher.ts";

export function runStridedInputGradient(
  launcher: Launcher,
  info: backend_util.Conv2DInfo,
  dy: number,
  filter: number,
  dx: number,
): void {
  const job = forwardJob(info);
  const rows = along(
    job.height,
    job.outHeight,
    job.filterHeight,
    job.dilationHeight,
    job.strideHeight,
    job.padTop,
  );
  const columns = along(
    job.width,
    job.outWidth,
    job.filterWidth,
    job.dilationWidth,
    job.strideWidth,
    job.padLeft,
  );
  const depth = job.filterHeight * job.filterWidth * job.outChannels;
  const floats = rows.length * columns.length * job.outChannels;
  const scratchBytes = launcher.module.stridedGradientScratchBytes(depth, job.channels, floats);
  const scratch = launcher.scratch(scratchBytes * launcher.slots);
  const products = job.images * job.outHeight * job.outWidth * job.channels * depth;
  launcher.run(Kernel.stridedInputGradient, launcher.sharesFor(products / 8), [
    ...convolutionWords(job, { height: rows.length, width: columns.length, needed: true, floats }),
    ...[rows.margin, columns.margin, dy, filter, dx, scratch, scratchBytes],
  ]);
}

/** How many zeros the first cells of the filter need before the slopes, and how long an axis is with those behind. */
function along(length: number, places: number, cells: number, gap: number, stride: number, pad: number) {
  const margin = Math.ceil(((cells - 1) * gap) / stride);
  const last = Math.max(places - 1, Math.floor((length - 1 + pad) / stride));
  return { margin, length: margin + last + 1 };
}
