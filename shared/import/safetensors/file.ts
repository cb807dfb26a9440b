import { shown } from "../../graph/json.ts";
import { got, list, record, refuse, string } from "../../graph/reading.ts";
import { show } from "../../nodes/shape.ts";
import { jsonFrom } from "../json-file.ts";
import { bytesEach, type NumberType, numberTypes } from "../numbers.ts";

/** An array of a safetensors file, whose numbers are not read yet. */
export interface Tensor {
  readonly name: string;
  readonly type: NumberType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A header is at most as long in the format's own implementation. */
const longestHeader = 100_000_000;
/** Types that are weights; others (counters, masks) are passed over. */
const weightTypes: readonly NumberType[] = numberTypes.filter((it) => it.includes("F"));

/**
 * The arrays of floating-point numbers in a safetensors file, in the order of their values. Format: 8 bytes little-endian
 * length of the header, the header in JSON, then the values; each array's offsets count from the header's end
 * (github.com/huggingface/safetensors, "Format"). Refuses, with the place, what that page forbids: lengths and offsets
 * outside the file, overlaps, shapes that do not fit their bytes. `file` is the name for sentences.
 */
export function readTensors(bytes: Uint8Array, file: string): readonly Tensor[] {
  const damaged = "The file is damaged or was cut off: take another copy of it.";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = bytes.length < 8 ? 0 : Number(view.getBigUint64(0, true));
  if (headerLength < 2 || headerLength > longestHeader || headerLength > bytes.length - 8)
    refuse(
      `${file} says that its header has ${headerLength} bytes, and has ${bytes.length} in all. ${damaged}`,
    );
  const values = bytes.subarray(8 + headerLength);
  const header = record(jsonFrom(bytes.subarray(8, 8 + headerLength), `The header of ${file}`), "The header");
  const tensors = Object.entries(header).flatMap(([name, written]) => {
    if (name === "__metadata__") return [];
    const place = `The array ${shown(name)} of ${file}`;
    const fields = record(written, place);
    const type = string(fields.dtype, `${place}, in dtype,`);
    const shape = wholes(fields.shape, `${place}, in shape,`);
    const [start = 0, end = 0, ...more] = wholes(fields.data_offsets, `${place}, in data_offsets,`);
    if (more.length || start > end || end > values.length)
      refuse(`${place} lies at ${start} to ${end} of ${values.length} bytes. ${damaged}`);
    const known = weightTypes.find((it) => it === type);
    const length = known && shape.reduce((product, it) => product * it, bytesEach[known]);
    if (length !== undefined && length !== end - start)
      refuse(
        `${place} is ${show(shape) || "one number"} of type ${type}, which are ${length} bytes, and has ${end - start}. ${damaged}`,
      );
    return [{ name, type: known, shape, start, end }];
  });
  tensors.sort((a, b) => a.start - b.start || a.end - b.end);
  for (const [index, { name, start }] of tensors.entries()) {
    const before = tensors[index - 1];
    if (before && start < before.end)
      refuse(`The arrays ${shown(before.name)} and ${shown(name)} of ${file} overlap. ${damaged}`);
  }
  return tensors.flatMap(({ name, type, shape, start, end }) =>
    type ? [{ name, type, shape, bytes: values.subarray(start, end) }] : [],
  );
}

/** Sizes or offsets; a shape of many axes is nobody's weights. */
function wholes(value: unknown, place: string): readonly number[] {
  return list(value, place, 16).map((it) =>
    typeof it === "number" && Number.isSafeInteger(it) && it >= 0
      ? it
      : refuse(`${place} must have whole numbers from 0, got ${got(it)}.`),
  );
}
