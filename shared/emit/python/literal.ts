import type { Value } from "../../nodes/settings.ts";

/** A value as Python writes it: `True`, `"same"`, `(3, 3)`, `(784,)`. */
export function pythonLiteral(value: Value): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  // JSON's escapes are all Python escapes too.
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return String(value);
  return value.length === 1 ? `(${value[0]},)` : `(${value.join(", ")})`;
}

/** Words that no variable may have (The Python Language Reference, 2.3.1) and names that the program uses itself. */
export const pythonTaken: readonly string[] = [
  ..."and as assert async await break class continue def del elif else except finally for from global if".split(
    " ",
  ),
  ..."import in is lambda nonlocal not or pass raise return try while with yield match case type".split(" "),
  ..."keras layers np gzip model history folder stripes permutation read_idx read_pair range len list".split(
    " ",
  ),
  ..."print next any super train_images train_labels test_images test_labels test_loss test_accuracy".split(
    " ",
  ),
  ..."mnist split pairs images labels loss accuracy Stencil LocallyConnected2D ShufflePixels tuple zip int".split(
    " ",
  ),
];
