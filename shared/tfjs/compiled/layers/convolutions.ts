import { backend_util } from "@tensorflow/tfjs-core";
import { eachRow } from "../../../simd/broadcast.ts";
import { Activation, Binary, Unary } from "../../../simd/kernels/protocol.ts";
import { runConvolution, runFilterGradient, runInputGradient } from "../../../simd/run-convolution.ts";
import {
  runDepthwise,
  runDepthwiseFilterGradient,
  runDepthwiseInputGradient,
} from "../../../simd/run-depthwise.ts";
import { combine, transform } from "../../../simd/run-elementwise.ts";
import { activated } from "../activation.ts";
import type { RecordLayer, Site, StoredArray } from "../site.ts";
import { biasGradient, biasOf, imageInto, storedOf, windowsOver } from "./sums.ts";

export const convolution: RecordLayer = (site) => {
  const { recorder } = site;
  const info = windowsOver(site, imageInto(site), site.step.output.at(-1) ?? 1);
  const kernel = storedOf(site, "kernel");
  const x = site.input();
  const back = activated(site, (activation, out) =>
    runConvolution(recorder, info, { x, filter: kernel.address, bias: biasOf(site), activation, out }),
  );
  return (at) => {
    back(at);
    biasGradient(site, at);
    if (kernel.gradient !== undefined) runFilterGradient(recorder, info, x, at.gradient, kernel.gradient);
    const dx = at.inputGradient();
    if (dx !== undefined) runInputGradient(recorder, info, at.gradient, kernel.address, dx);
  };
};

/** The gradient of a convolution by its images, with kernels [height, width, out, in]. */
export const transposedConvolution: RecordLayer = (site) => {
  const { recorder, images } = site;
  const [height = 1, width = 1, filters = 1] = site.step.output;
  const info = windowsOver(site, [height, width, filters], imageInto(site)[2]);
  const kernel = storedOf(site, "kernel");
  const [x, bias] = [site.input(), biasOf(site)];
  const back = activated(site, (activation, out) => {
    runInputGradient(recorder, info, x, kernel.address, out);
    if (bias) combine(recorder, Binary.add, eachRow(images * height * width, filters), out, bias, out);
    if (activation === Activation.relu) transform(recorder, Unary.relu, site.count, out, out);
  });
  return (at) => {
    back(at);
    biasGradient(site, at);
    if (kernel.gradient !== undefined) runFilterGradient(recorder, info, at.gradient, x, kernel.gradient);
    const dx = at.inputGradient();
    if (dx === undefined) return;
    const plain = { bias: 0, activation: Activation.none };
    runConvolution(recorder, info, { ...plain, x: at.gradient, filter: kernel.address, out: dx });
  };
};

export const depthwiseConvolution: RecordLayer = (site) => {
  const multiplier = Number(site.step.values.multiplier);
  const info = windowsOver(site, imageInto(site), multiplier, "depthwise");
  const way = depthwise(site, info, storedOf(site, "kernel"));
  const back = activated(site, (activation, out) => way.forward(out, biasOf(site), activation));
  return (at) => {
    back(at);
    biasGradient(site, at);
    way.backward(at.gradient, at.inputGradient());
  };
};

/** A depthwise convolution whose maps a 1×1 convolution mixes. */
export const separableConvolution: RecordLayer = (site) => {
  const { recorder } = site;
  const multiplier = Number(site.step.values.multiplier);
  const info = windowsOver(site, imageInto(site), multiplier, "depthwise");
  const way = depthwise(site, info, storedOf(site, "depthwise_kernel"));
  const mixing = storedOf(site, "pointwise_kernel");
  const pixels = info.batchSize * info.outHeight * info.outWidth;
  const [maps, filters] = [info.outChannels, site.step.output.at(-1) ?? 1];
  const between = site.keep(pixels * maps);
  way.forward(between, 0, Activation.none);
  const pointwise = backend_util.computeConv2DInfo(
    [info.batchSize, info.outHeight, info.outWidth, maps],
    [1, 1, maps, filters],
    1,
    1,
    "valid",
  );
  const back = activated(site, (activation, out) =>
    runConvolution(recorder, pointwise, {
      ...{ x: between, filter: mixing.address, bias: biasOf(site), activation, out },
    }),
  );
  const slopes = site.keep(pixels * maps);
  return (at) => {
    back(at);
    biasGradient(site, at);
    if (mixing.gradient !== undefined)
      runFilterGradient(recorder, pointwise, between, at.gradient, mixing.gradient);
    runInputGradient(recorder, pointwise, at.gradient, mixing.address, slopes);
    way.backward(slopes, at.inputGradient());
  };
};

/** The depthwise part of a layer, with its gradients. */
function depthwise({ recorder, ...site }: Site, info: backend_util.Conv2DInfo, kernel: StoredArray) {
  const x = site.input();
  return {
    forward(out: number, bias: number, activation: Activation): void {
      runDepthwise(recorder, info, { x, filter: kernel.address, bias, activation, out });
    },
    backward(dy: number, dx: number | undefined): void {
      if (kernel.gradient !== undefined) runDepthwiseFilterGradient(recorder, info, x, dy, kernel.gradient);
      if (dx !== undefined) runDepthwiseInputGradient(recorder, info, dy, kernel.address, dx);
    },
  };
}
