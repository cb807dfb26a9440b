import { volume } from "../../../nodes/shape.ts";
import { Activation } from "../../../simd/kernels/protocol.ts";
import { matrix, runProduct } from "../../../simd/matmul.ts";
import { activated } from "../activation.ts";
import type { RecordLayer } from "../site.ts";
import { biasGradient, biasOf, storedOf } from "./sums.ts";

/** out [images, units] = x [images, depth] · kernel [depth, units] + bias */
export const dense: RecordLayer = (site) => {
  const { recorder, images } = site;
  const kernel = storedOf(site, "kernel");
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
