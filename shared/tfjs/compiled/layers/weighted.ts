import { backend_util } from "@tensorflow/tfjs-core";
import type { WeightName } from "../../../nodes/kind.ts";
import { both } from "../../../nodes/kind.ts";
import { isImage, volume } from "../../../nodes/shape.ts";
import { Activation } from "../../../simd/kernels/protocol.ts";
import { matrix, runProduct } from "../../../simd/matmul.ts";
import { runConvolution, runFilterGradient, runInputGradient } from "../../../simd/run-convolution.ts";
import { sumColumns } from "../../../simd/run-reduction.ts";
import { activated } from "../activation.ts";
import type { BackwardSite, RecordLayer, Site, StoredArray } from "../site.ts";

// Layers that sum weighted inputs, add a bias and apply an activation.

export const convolution: RecordLayer = (site) => {
  const { recorder } = site;
  const info = convolutionInfo(site);
  const kernel = stored(site, "kernel");
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

/** out [images, units] = x [images, depth] · kernel [depth, units] + bias */
export const dense: RecordLayer = (site) => {
  const { recorder, images } = site;
  const kernel = stored(site, "kernel");
  const [x, depth, units] = [site.input(), volume(site.inputShape()), volume(site.step.output)];
  const plain = { bias: 0, activation: Activation.none };
  const back = activated(site, (activation, out) =>
    runProduct(recorder, {
      ...{ rows: images, columns: units, depth, out, bias: biasOf(site), activation },
      a: matrix(x, images, depth, false),
      b: matrix(kernel.address, depth, units, false),
    }),
  );
  return (at) => {
    back(at);
    biasGradient(site, at);
    if (kernel.gradient !== undefined)
      runProduct(recorder, {
        ...{ ...plain, rows: depth, columns: units, depth: images, out: kernel.gradient },
        a: matrix(x, depth, images, true),
        b: matrix(at.gradient, images, units, false),
      });
    const dx = at.inputGradient();
    if (dx !== undefined)
      runProduct(recorder, {
        ...{ ...plain, rows: images, columns: depth, depth: units, out: dx },
        a: matrix(at.gradient, images, units, false),
        b: matrix(kernel.address, units, depth, true),
      });
  };
};

function convolutionInfo(site: Site): backend_util.Conv2DInfo {
  const { kernel, stride, dilation, padding } = site.step.values;
  const { output } = site.step;
  const input = site.inputShape();
  if (!isImage(input) || !isImage(output)) throw new Error(`${site.step.node.id} takes no image.`);
  return backend_util.computeConv2DInfo(
    [site.images, ...input],
    [...both(kernel), input[2], output[2]],
    both(stride),
    both(dilation ?? 1),
    padding === "same" ? "same" : "valid",
  );
}

function stored(site: Site, name: WeightName): StoredArray {
  const array = site.stored(name);
  if (!array) throw new Error(`${site.step.node.id} has no ${name}.`);
  return array;
}

const biasOf = (site: Site): number => site.stored("bias")?.address ?? 0;

/** The sum over all places and examples. */
function biasGradient(site: Site, { gradient }: BackwardSite): void {
  const bias = site.stored("bias");
  if (bias?.gradient === undefined) return;
  sumColumns(site.recorder, 1, site.count / bias.size, bias.size, gradient, bias.gradient, 1);
}
