import { backend_util } from "@tensorflow/tfjs-core";
import { both, type WeightName } from "../../../nodes/kind.ts";
import { isImage } from "../../../nodes/shape.ts";
import { sumColumns } from "../../../simd/run-reduction.ts";
import type { BackwardSite, Site, StoredArray } from "../site.ts";

// What the layers that sum weighted inputs have in common.

/** An array that the layer must have. */
export function storedOf(site: Site, name: WeightName): StoredArray {
  const array = site.stored(name);
  if (!array) throw new Error(`${site.step.node.id} has no ${name}.`);
  return array;
}

/** Address of the bias; 0 for none. */
export const biasOf = (site: Site): number => site.stored("bias")?.address ?? 0;

/** The sum over all places and examples. */
export function biasGradient(site: Site, { gradient }: BackwardSite): void {
  const bias = site.stored("bias");
  if (bias?.gradient === undefined) return;
  sumColumns(site.recorder, 1, site.count / bias.size, bias.size, gradient, bias.gradient, 1);
}

/** Height, width and channels of an input that must be an image. */
export function imageInto(site: Site): readonly [number, number, number] {
  const shape = site.inputShape();
  if (!isImage(shape)) throw new Error(`${site.step.node.id} takes no image.`);
  return shape;
}

/** The windows that the layer slides over an image, with so many kernels for all channels, or for each one. */
export function windowsOver(
  { step: { values }, images }: Site,
  [height, width, channels]: readonly [number, number, number],
  filters: number,
  sort: "depthwise" | "full" = "full",
): backend_util.Conv2DInfo {
  const [rows, columns] = both(values.kernel);
  return backend_util.computeConv2DInfo(
    [images, height, width, channels],
    [rows, columns, channels, filters],
    both(values.stride),
    both(values.dilation ?? 1),
    values.padding === "same" ? "same" : "valid",
    undefined,
    sort === "depthwise",
  );
}
