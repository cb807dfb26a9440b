import { drawable, drawDesign } from "../../../../bench/agreement/draw-design.ts";
import { compile } from "../../../compile/compile.ts";
import type { Plan } from "../../../compile/plan.ts";
import { initialWeights, type Weights } from "../../../compile/weights.ts";
import { onnx } from "../../../emit/onnx/onnx.ts";
import { randomStream, seedOf } from "../../../nodes/random.ts";
import { defaultRecipe } from "../../../train/recipe.ts";
import type { Imported } from "../../imported.ts";
import { readOnnx } from "../read.ts";
import { fieldsOf } from "../wire.ts";

/** A random design; every kind has its turn. */
export const planAt = (seed: number): Plan =>
  compile(
    drawDesign({ seed, wanted: [drawable[seed % drawable.length] ?? "conv2d"], learns: seed % 3 === 0 }),
  );

/** As after training: nothing is 0 or 1 any more, and variances are positive. */
export const trained = (plan: Plan): Weights =>
  Object.fromEntries(
    Object.entries(initialWeights(plan, 3)).map(([id, arrays]) => {
      const next = randomStream(seedOf("trained", id));
      return [id, arrays.map((array) => array.map((it) => Math.abs(it + 0.3 * next() + 0.05)))];
    }),
  );

export function fileOf(plan: Plan, weights: Weights): Uint8Array<ArrayBuffer> {
  const subject = { title: "Drawn", plan, recipe: defaultRecipe, data: { source: "digits" } } as const;
  const made = onnx(subject, { weights, trained: true });
  if ("refused" in made) throw new Error(made.refused);
  return made.bytes;
}

/** The file without what our writer says of the layers, as after another program has rewritten it. */
export function anonymous(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const kept: Uint8Array[] = [];
  let start = 0;
  for (const { number, type, bytes } of fieldsOf(file, "The file")) {
    const end = type === "varint" ? start + 2 : bytes.byteOffset - file.byteOffset + bytes.length;
    // The producer's name and the metadata.
    if (number !== 2 && number !== 14) kept.push(file.subarray(start, end));
    start = end;
  }
  const joined = new Uint8Array(kept.reduce((sum, it) => sum + it.length, 0));
  let at = 0;
  for (const it of kept) {
    joined.set(it, at);
    at += it.length;
  }
  return joined;
}

export function imported(bytes: Uint8Array): Imported {
  const read = readOnnx({ name: "model.onnx", bytes });
  if ("refused" in read) throw new Error(read.refused);
  return read;
}
