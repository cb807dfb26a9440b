import { backend_util } from "@tensorflow/tfjs-core";
import { both } from "../../../nodes/kind.ts";
import { isImage } from "../../../nodes/shape.ts";
import type { Broadcast } from "../../../simd/broadcast.ts";
import { Binary, Kernel } from "../../../simd/kernels/protocol.ts";
import { combine } from "../../../simd/run-elementwise.ts";
import { runPool } from "../../../simd/run-pool.ts";
import { sumColumns } from "../../../simd/run-reduction.ts";
import type { RecordLayer, Site } from "../site.ts";

export const maxPool: RecordLayer = (site) => {
  const info = poolInfo(site);
  const x = site.input();
  runPool(site.recorder, Kernel.maxPool, info, { x, out: site.output() });
  return (at) => {
    const dx = at.inputGradient();
    if (dx !== undefined) runPool(site.recorder, Kernel.maxPoolGradient, info, { x, dy: at.gradient, dx });
  };
};

export const averagePool: RecordLayer = (site) => {
  const info = poolInfo(site);
  runPool(site.recorder, Kernel.averagePool, info, { x: site.input(), out: site.output() });
  return (at) => {
    const dx = at.inputGradient();
    if (dx !== undefined)
      runPool(site.recorder, Kernel.averagePoolGradient, info, { dy: at.gradient, dx, inside: true });
  };
};

/** The mean over all pixels, channel by channel; on the way back every pixel gets an equal share. */
export const globalAveragePool: RecordLayer = (site) => {
  const { recorder, images } = site;
  const [height = 1, width = 1, channels = 1] = site.inputShape();
  const pixels = height * width;
  sumColumns(recorder, images, pixels, channels, site.input(), site.output(), 1 / pixels);
  const share = site.constant(1 / pixels);
  return (at) => {
    const dx = at.inputGradient();
    if (dx === undefined) return;
    const repeated: Broadcast = {
      shape: [images, pixels, channels],
      ...{ outer: images, rows: pixels, inner: channels },
      a: { outerStep: channels, rowStep: 0, single: false },
      b: { outerStep: 0, rowStep: 0, single: true },
    };
    combine(recorder, Binary.multiply, repeated, at.gradient, share, dx);
  };
};

function poolInfo(site: Site): backend_util.Conv2DInfo {
  const { size, stride, padding } = site.step.values;
  const input = site.inputShape();
  if (!isImage(input)) throw new Error(`${site.step.node.id} takes no image.`);
  return backend_util.computePool2DInfo(
    [site.images, ...input],
    both(size),
    both(stride),
    1,
    padding === "same" ? "same" : "valid",
  );
}
