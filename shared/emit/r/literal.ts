import type { Value } from "../../nodes/settings.ts";

/** A value as R writes it: `TRUE`, `"same"`, `c(3, 3)`. Keras wants whole numbers and keras3 converts plain ones. */
export function rLiteral(value: Value): string {
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  // JSON's escapes are R escapes too.
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "number" ? String(value) : `c(${value.join(", ")})`;
}

/** `layer_conv_2d` for Keras' `Conv2D`, as keras3 derives its names; `layer_upsampling_2d` is its one exception here. */
export const rLayer = (fn: string): string =>
  `layer_${fn
    .replace("UpSampling", "Upsampling")
    .replace(/(\d)D/g, "_$1d")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()}`;

/** Reserved words of R (?Reserved) and names that the program uses itself. Functions may share a variable's name. */
export const rTaken: readonly string[] = [
  ..."if else repeat while function for next break in".split(" "),
  ..."model history mnist folder keras train test low stripes shuffle_pixels permutation read_idx read_pair".split(
    " ",
  ),
];
