import { refuse } from "../../graph/reading.ts";
import { volume } from "../../nodes/shape.ts";
import { numbersFrom } from "../numbers.ts";
import type { Tensor } from "./messages.ts";
import { fieldsOf, varintsOf } from "./wire.ts";

/** Numbers that are known without running the network. */
export interface Known {
  readonly dims: readonly number[];
  /** The number at a place, row by row. NaN among whole numbers stands for the number of examples, which is any. */
  at(place: number): number;
  /** All of them, rounded to float32: an array of its own. */
  floats(): Float32Array;
}

/** How one type lies in `raw_data`, and which field holds it otherwise (TensorProto.DataType, IR version 13). */
interface Storage {
  readonly words: string;
  readonly bytes: number;
  read(view: DataView, byte: number): number;
  readonly field: 4 | 5 | 7 | 10 | 11;
}

const storages: ReadonlyMap<number, Storage> = new Map([
  [1, { words: "float", bytes: 4, read: (view, byte) => view.getFloat32(byte, true), field: 4 }],
  [2, { words: "uint8", bytes: 1, read: (view, byte) => view.getUint8(byte), field: 5 }],
  [3, { words: "int8", bytes: 1, read: (view, byte) => view.getInt8(byte), field: 5 }],
  [4, { words: "uint16", bytes: 2, read: (view, byte) => view.getUint16(byte, true), field: 5 }],
  [5, { words: "int16", bytes: 2, read: (view, byte) => view.getInt16(byte, true), field: 5 }],
  [6, { words: "int32", bytes: 4, read: (view, byte) => view.getInt32(byte, true), field: 5 }],
  [7, { words: "int64", bytes: 8, read: (view, byte) => Number(view.getBigInt64(byte, true)), field: 7 }],
  [9, { words: "bool", bytes: 1, read: (view, byte) => view.getUint8(byte), field: 5 }],
  [
    10,
    { words: "float16", bytes: 2, read: (view, byte) => half(view.getUint16(byte, true), "F16"), field: 5 },
  ],
  [11, { words: "double", bytes: 8, read: (view, byte) => view.getFloat64(byte, true), field: 10 }],
  [12, { words: "uint32", bytes: 4, read: (view, byte) => view.getUint32(byte, true), field: 11 }],
  [13, { words: "uint64", bytes: 8, read: (view, byte) => Number(view.getBigUint64(byte, true)), field: 11 }],
  [
    16,
    { words: "bfloat16", bytes: 2, read: (view, byte) => half(view.getUint16(byte, true), "BF16"), field: 5 },
  ],
] satisfies readonly (readonly [number, Storage])[]);

/** The numbers of an array; large ones stay in the file. Refuses an array that has more or fewer than its shape says. */
export function numbersOf(tensor: Tensor): Known {
  const before = read.get(tensor);
  if (before) return before;
  const numbers = numbersIn(tensor);
  read.set(tensor, numbers);
  return numbers;
}

const read = new WeakMap<Tensor, Known>();

function numbersIn(tensor: Tensor): Known {
  const { dims, type } = tensor;
  const storage = storages.get(type);
  if (!storage)
    return refuse(
      `The array ${tensor.name} is of type ${type} (TensorProto.DataType), which holds no numbers that can be read. Convert it to float32.`,
    );
  const count = volume(dims);
  const { raw, listed } = contentOf(tensor, storage);
  if (!raw) {
    if (listed.length !== count) wrongCount(tensor, count, listed.length);
    return { dims, at: (place) => listed[place] ?? Number.NaN, floats: () => Float32Array.from(listed) };
  }
  if (raw.length !== count * storage.bytes) wrongCount(tensor, count, raw.length / storage.bytes);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const at = (place: number): number => storage.read(view, place * storage.bytes);
  return {
    dims,
    at,
    floats: () =>
      type === 1 ? numbersFrom(raw, "F32") : Float32Array.from({ length: count }, (_, place) => at(place)),
  };
}

function wrongCount({ name, dims }: Tensor, wanted: number, met: number): never {
  return refuse(
    `The array ${name} has the shape ${dims.join("×") || "of one number"}, which is ${wanted} numbers, and holds ${met}. The file is damaged: take another copy of it.`,
  );
}

/** The bytes of `raw_data`, or the numbers of the field for this type, packed or one by one. */
function contentOf({ message, type, name }: Tensor, { field, read }: Storage) {
  const place = `The array ${name}`;
  const size = field === 4 ? 4 : 8;
  let raw: Uint8Array | undefined;
  const pieces: Uint8Array[] = [];
  const listed = growing();
  for (const it of fieldsOf(message, place)) {
    if (it.number === 9 && it.type === "bytes") raw = it.bytes;
    if (it.number !== field) continue;
    if (it.type === "varint") listed.add(it.whole);
    else if (field === 4 || field === 10) pieces.push(it.bytes);
    else for (const whole of varintsOf(it.bytes, place)) listed.add(whole);
    for (const piece of pieces.splice(0)) {
      const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
      for (let byte = 0; byte + size <= piece.length; byte += size) listed.add(read(view, byte));
    }
  }
  const isHalf = type === 10 || type === 16;
  const numbers = listed.taken();
  return {
    raw,
    // Halves are listed by their bits.
    listed: isHalf ? numbers.map((it) => half(it, type === 10 ? "F16" : "BF16")) : numbers,
  };
}

/** A list of numbers of unknown length that stays small in memory. */
function growing() {
  let numbers = new Float64Array(16);
  let length = 0;
  return {
    add(number: number): void {
      if (length === numbers.length) {
        const larger = new Float64Array(2 * length);
        larger.set(numbers);
        numbers = larger;
      }
      numbers[length++] = number;
    },
    taken: (): Float64Array => numbers.subarray(0, length),
  };
}

const bits = new Uint8Array(2);

function half(word: number, type: "F16" | "BF16"): number {
  bits[0] = word & 0xff;
  bits[1] = (word >> 8) & 0xff;
  return numbersFrom(bits, type)[0] ?? 0;
}

/** Numbers that were worked out. */
export const known = (dims: readonly number[], numbers: readonly number[]): Known => ({
  dims,
  at: (place) => numbers[place] ?? Number.NaN,
  floats: () => Float32Array.from(numbers),
});

/** All numbers of a small array, such as a shape. */
export const listOf = ({ dims, at }: Known): readonly number[] =>
  Array.from({ length: volume(dims) }, (_, place) => at(place));

/**
 * An array with its axes in another order, in one copy: axis `a` of the result is axis `order[a]` of the array, which is
 * given or taken to have the shape `dims`.
 */
export function turned(
  array: Known,
  order: readonly number[],
  dims: readonly number[] = array.dims,
): Float32Array {
  const strides = dims.map((_, axis) => volume(dims.slice(axis + 1)));
  const sizes = [1, 1, 1, 1, ...order.map((it) => dims[it] ?? 1)].slice(-4);
  const steps = [0, 0, 0, 0, ...order.map((it) => strides[it] ?? 0)].slice(-4);
  const [a = 1, b = 1, c = 1, d = 1] = sizes;
  const [stepA = 0, stepB = 0, stepC = 0, stepD = 0] = steps;
  const result = new Float32Array(a * b * c * d);
  let to = 0;
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++)
      for (let k = 0; k < c; k++)
        for (let l = 0; l < d; l++) result[to++] = array.at(i * stepA + j * stepB + k * stepC + l * stepD);
  return result;
}
