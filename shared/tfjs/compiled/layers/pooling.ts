import { backend_util } from "@tensorflow/tfjs-core";
import { both } from "../../../nodes/kind.ts";
import { Kernel } from "../../../simd/kernels/protocol.ts";
import {
  type GlobalPool,
  runGlobalAverage,
  runGlobalAverageGradient,
  runGlobalMax,
  runGlobalMaxGradient,
} from "../../../simd/run-global-pool.ts";
import { runPool } from "../../../simd/run-pool.ts";
import type { RecordLayer, Site } from "../site.ts";
import { imageInto } from "./sums.ts";

export const maxPool: RecordLayer = (site) => {
  const info = windows(site);
  const x = site.input();
  runPool(site.recorder, Kernel.maxPool, info, { x, out: site.output() });
  return (at) => {
    const dx = at.inputGradient();
    if (dx !== undefined) runPool(site.recorder, Kernel.maxPoolGradient, info, { x, dy: at.gradient, dx });
  };
};

export const averagePool: RecordLayer = (site) => {
  const info = windows(site);
  runPool(site.recorder, Kernel.averagePool, info, { x: site.input(), out: site.output() });
  return (at) => {
    const dx = at.inputGradient();
    if (dx !== undefined)
      runPool(site.recorder, Kernel.averagePoolGradient, info, { dy: at.gradient, dx, inside: true });
  };
};

export const globalAveragePool: RecordLayer = (site) => {
  const size = allOf(site);
  runGlobalAverage(site.recorder, size, site.input(), site.output());
  return (at) => {
    const dx = at.inputGradient();
    if (dx !== undefined) runGlobalAverageGradient(site.recorder, size, at.gradient, dx);
  };
};

export const globalMaxPool: RecordLayer = (site) => {
  const size = allOf(site);
  const [x, out] = [site.input(), site.output()];
  runGlobalMax(site.recorder, size, x, out);
  return (at) => {
    const dx = at.inputGradient();
    if (dx !== undefined) runGlobalMaxGradient(site.recorder, size, x, out, at.gradient, dx);
  };
};

function windows(site: Site): backend_util.Conv2DInfo {
  const { size, stride, padding } = site.step.values;
  const [height, width, channels] = imageInto(site);
  return backend_util.computePool2DInfo(
    [site.images, height, width, channels],
    both(size),
    both(stride),
    1,
    padding === "same" ? "same" : "valid",
  );
}

function allOf(site: Site): GlobalPool {
  const [height, width, channels] = imageInto(site);
  return { images: site.images, pixels: height * width, channels };
}
