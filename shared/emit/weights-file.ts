import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import type { Plan } from "../compile/plan.ts";
import { type Weights, weightsFit } from "../compile/weights.ts";
import type { Weight } from "../nodes/kind.ts";
import { sameShape, show, volume } from "../nodes/shape.ts";

/**
 * A design's weights as an `.npz` file: a zip of one `.npy` array per stored array, named `conv_1/kernel`, float32,
 * axes in Keras' order. NumPy reads it: `np.load("weights.npz")["conv_1/kernel"]`.
 * Format: numpy.lib.format, version 1.0.
 */
export function writeWeightsFile(plan: Plan, weights: Weights): Uint8Array<ArrayBuffer> {
  const arrays: Record<string, Uint8Array> = {};
  for (const { node, weights: stored } of plan.steps)
    for (const [index, it] of stored.entries()) {
      const values = weights[node.id]?.[index];
      if (!values) throw new Error(`${node.id} has no ${it.name}`);
      arrays[placeOf(node.id, it)] = writeArray(values, it.shape);
    }
  // Level 0, because trained weights do not compress; one date, so that equal weights give equal files.
  return zipSync(arrays, { level: 0, mtime: new Date(1980, 0, 1) });
}

/** The weights in such a file. Refuses other files, and weights of another design. */
export function readWeightsFile(
  plan: Plan,
  bytes: Uint8Array,
): { readonly weights: Weights } | { readonly refused: string } {
  const wanted = new Map(
    plan.steps.flatMap(({ node, weights }) => weights.map((it) => [placeOf(node.id, it), it] as const)),
  );
  const files = unzipped(bytes, (name, size) => size <= 4 * volume(wanted.get(name)?.shape ?? [0]) + 4096);
  if (!files) return { refused: "it is not an .npz file, or it is damaged." };
  const found: Record<string, Float32Array[]> = {};
  for (const { node, weights } of plan.steps)
    for (const it of weights) {
      const place = placeOf(node.id, it);
      const file = files[place];
      if (!file) return { refused: `it has no array ${place.slice(0, -4)}. It belongs to another design.` };
      const array = readArray(file);
      if (!array) return { refused: `its array ${place.slice(0, -4)} is no float32 array in C order.` };
      if (!sameShape(array.shape, it.shape))
        return {
          refused: `its array ${place.slice(0, -4)} is ${show(array.shape)}, the design's is ${show(it.shape)}. It belongs to another design.`,
        };
      found[node.id] = [...(found[node.id] ?? []), array.values];
    }
  return weightsFit(plan, found) ? { weights: found } : { refused: "it belongs to another design." };
}

const placeOf = (id: string, { name }: Weight): string => `${id}/${name}.npy`;

const magic = "\u0093NUMPY\u0001\u0000";

/** One array as an `.npy` file, float32 in C order. */
export function writeArray(values: Float32Array, shape: readonly number[]): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${axes}), }`;
  // The values begin at a multiple of 64 bytes; the header ends with a line break.
  const headerLength = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const file = new Uint8Array(10 + headerLength + 4 * values.length);
  file.set(strToU8(magic, true));
  const view = new DataView(file.buffer);
  view.setUint16(8, headerLength, true);
  file.set(strToU8(`${dictionary.padEnd(headerLength - 1)}\n`, true), 10);
  for (const [index, value] of values.entries()) view.setFloat32(10 + headerLength + 4 * index, value, true);
  return file;
}

function readArray(
  file: Uint8Array,
): { readonly values: Float32Array; readonly shape: readonly number[] } | undefined {
  if (file.length < 10 || strFromU8(file.subarray(0, 8), true) !== magic) return undefined;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = 10 + view.getUint16(8, true);
  const header = strFromU8(file.subarray(10, start), true);
  const [, axes] = /'descr': '<f4', 'fortran_order': False, 'shape': \(([\d, ]*)\)/.exec(header) ?? [];
  if (axes === undefined) return undefined;
  const shape = axes
    .split(",")
    .filter((it) => it.trim())
    .map(Number);
  if (file.length !== start + 4 * volume(shape)) return undefined;
  const values = Float32Array.from({ length: volume(shape) }, (_, index) =>
    view.getFloat32(start + 4 * index, true),
  );
  return { values, shape };
}

/** Only files that are wanted and not larger than expected are unpacked. */
function unzipped(
  bytes: Uint8Array,
  wanted: (name: string, size: number) => boolean,
): Readonly<Record<string, Uint8Array>> | undefined {
  try {
    return unzipSync(bytes, { filter: ({ name, originalSize }) => wanted(name, originalSize) });
  } catch {
    return undefined;
  }
}
