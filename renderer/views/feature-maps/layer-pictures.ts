import type { Step } from "../../../shared/compile/plan.ts";
import { isImage, sameShape } from "../../../shared/nodes/shape.ts";
import type { FeatureMaps, Kernels } from "../../../shared/protocol/training.ts";
import { kernelAt, type MapPlace, mapAt } from "../../ui/paint-maps.ts";

/** Kernels are shown over this many input channels; a picture row for 64 of them would say nothing. */
export const mostChannels = 4;

/** The maps of a layer, unless they were made for another shape of it. */
export const mapsOf = (step: Step, maps: Readonly<Record<string, FeatureMaps>>): FeatureMaps | undefined => {
  const met = maps[step.node.id];
  return met && sameShape(met.shape, step.output) ? met : undefined;
};

/** Every map that is here, as places in its values. */
export function placesOf({ shape, count, values }: FeatureMaps): readonly MapPlace[] {
  if (!isImage(shape)) return [];
  const [rows, columns] = shape;
  return Array.from({ length: count }, (_, index) => mapAt(values, rows, columns, index));
}

/** The pictures of kernel `index` over its first input channels. */
export function kernelsOf(kernels: Kernels | undefined, node: string, index: number): readonly MapPlace[] {
  if (kernels?.node !== node || kernels.shape.length !== 4) return [];
  const [, , channels = 0, count = 0] = kernels.shape;
  if (index >= count) return [];
  return Array.from({ length: Math.min(mostChannels, channels) }, (_, channel) =>
    kernelAt(kernels.values, kernels.shape, channel, index),
  );
}

/** `kernels over the first 4 of 16 channels`, where not all fit. */
export function channelsNote(kernels: Kernels | undefined, node: string): string | undefined {
  const channels = kernels?.node === node && kernels.shape.length === 4 ? (kernels.shape[2] ?? 0) : 0;
  return channels > mostChannels
    ? `kernels over the first ${mostChannels} of ${channels} channels`
    : undefined;
}
