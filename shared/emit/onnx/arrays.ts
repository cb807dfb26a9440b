import { volume } from "../../nodes/shape.ts";
import type { Site, Stored } from "./site.ts";

/** The axes in another order: axis i of the result is axis `order[i]` of the array, as in NumPy's `transpose`. */
export function transposed({ shape, values }: Stored, order: readonly number[]): Stored {
  const strides = shape.map((_, axis) => volume(shape.slice(axis + 1)));
  const sizes = order.map((axis) => shape[axis] ?? 1);
  const steps = order.map((axis) => strides[axis] ?? 1);
  const turned = new Float32Array(values.length);
  const place = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < turned.length; to++) {
    turned[to] = values[from] ?? 0;
    // Counts on by one, from the last axis, as an odometer does.
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const size = sizes[axis] ?? 1;
      const step = steps[axis] ?? 0;
      const next = (place[axis] ?? 0) + 1;
      if (next < size) {
        place[axis] = next;
        from += step;
        break;
      }
      place[axis] = 0;
      from -= step * (size - 1);
    }
  }
  return { shape: sizes, values: turned };
}

/** A list of int64, as shapes and amounts are written. */
export const integers = (site: Site, name: string, values: readonly number[]): string =>
  site.array(name, [values.length], BigInt64Array.from(values, BigInt));

/** One float without axes. */
export const scalar = (site: Site, name: string, value: number): string =>
  site.array(name, [], Float32Array.of(value));

/** A stored array that the layer must have. */
export function storedOf(site: Site, name: Parameters<Site["stored"]>[0]): Stored {
  const stored = site.stored(name);
  if (!stored) throw new Error(`${site.step.node.id} has no ${name}.`);
  return stored;
}

/** A stored array as it is, as an operator's last input, or nothing where the layer lacks it. */
export function kept(site: Site, name: Parameters<Site["stored"]>[0]): readonly string[] {
  const stored = site.stored(name);
  return stored ? [site.array(name, stored.shape, stored.values)] : [];
}
