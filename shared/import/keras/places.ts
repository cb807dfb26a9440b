import type { Layer } from "./layer.ts";

/**
 * Where Keras 3 keeps each layer's arrays: `layers/` and its class in snake case, numbered from the second on in the order
 * given, which are indices.
 */
export function placesOf(
  layers: readonly Layer[],
  above: string,
  order: readonly number[],
): readonly string[] {
  const counts = new Map<string, number>();
  const places = layers.map(() => "");
  for (const index of order) {
    const { className = "" } = layers[index] ?? {};
    const name = snakeCase(className === "Model" ? "Functional" : className);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    places[index] = `${above}${above ? "/" : ""}layers/${count ? `${name}_${count}` : name}`;
  }
  return places;
}

/** As Keras does it: `Conv2DTranspose` → `conv2d_transpose`, `ReLU` → `re_lu`. */
const snakeCase = (name: string): string =>
  name
    .slice(0, 200)
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
