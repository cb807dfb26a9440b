import type { Site, Stored } from "./site.ts";

/**
 * A kernel as ONNX has it: [height, width, a, b] → [a, b, height, width], or [b, a, height, width] when `swapped`. Loops
 * and no general transposition, because kernels of millions of numbers come through here.
 */
export function cellsLast({ shape, values }: Stored, { swapped }: { readonly swapped: boolean }): Stored {
  const [height = 1, width = 1, a = 1, b = 1] = shape;
  const cells = height * width;
  const turned = new Float32Array(values.length);
  let from = 0;
  for (let cell = 0; cell < cells; cell++)
    for (let i = 0; i < a; i++)
      for (let j = 0; j < b; j++)
        turned[(swapped ? j * a + i : i * b + j) * cells + cell] = values[from++] ?? 0;
  return { shape: [...(swapped ? [b, a] : [a, b]), height, width], values: turned };
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
