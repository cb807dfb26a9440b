import {
  type LocallyConnectedSize,
  runLocallyConnected,
  runLocallyConnectedBiasGradient,
  runLocallyConnectedFilterGradient,
  runLocallyConnectedInputGradient,
} from "../../../simd/run-locally-connected.ts";
import { activated } from "../activation.ts";
import type { RecordLayer, Site } from "../site.ts";
import { biasOf, imageInto, storedOf, windowsOver } from "./sums.ts";

/** Kernels and biases of its own at every position. */
export const locallyConnected: RecordLayer = (site) => {
  const { recorder } = site;
  const size = sizeOf(site);
  const [kernel, bias] = [storedOf(site, "kernel"), site.stored("bias")];
  const x = site.input();
  const back = activated(site, (activation, out) =>
    runLocallyConnected(recorder, size, { x, kernel: kernel.address, bias: biasOf(site), activation, out }),
  );
  return (at) => {
    back(at);
    if (bias?.gradient !== undefined)
      runLocallyConnectedBiasGradient(recorder, size, at.gradient, bias.gradient);
    if (kernel.gradient !== undefined)
      runLocallyConnectedFilterGradient(recorder, size, x, at.gradient, kernel.gradient);
    const dx = at.inputGradient();
    if (dx !== undefined) runLocallyConnectedInputGradient(recorder, size, at.gradient, kernel.address, dx);
  };
};

function sizeOf(site: Site): LocallyConnectedSize {
  const info = windowsOver(site, imageInto(site), site.step.output.at(-1) ?? 1);
  return {
    images: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    filters: info.outChannels,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    kernelHeight: info.filterHeight,
    kernelWidth: info.filterWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
}
