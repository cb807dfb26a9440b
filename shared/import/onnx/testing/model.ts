import { type Attributes, constant, type Numbers, operation } from "../../../emit/onnx/messages.ts";
import { bytes, type Fields, joined, message, text, whole } from "../../../emit/onnx/protobuf.ts";
import { randomStream } from "../../../nodes/random.ts";
import { volume } from "../../../nodes/shape.ts";

/** An operator in test notation: what it is, takes and gives. */
export type Line = readonly [
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes?: Attributes,
];

export interface Net {
  readonly opset?: number;
  readonly ir?: number;
  /** Of the input `x`, the axis of examples first; 0 may be any size. */
  readonly input: readonly number[];
  readonly lines: readonly Line[];
  readonly arrays?: Readonly<Record<string, readonly [shape: readonly number[], values: Numbers]>>;
  /** Further fields of the graph, such as broken ones. */
  readonly more?: Fields;
}

/** A model file whose output is what the last line gives. */
export function modelWith({
  opset = 17,
  ir = 8,
  input,
  lines,
  arrays = {},
  more = [],
}: Net): Uint8Array<ArrayBuffer> {
  const operators = lines.map(([operator, inputs, output, attributes = {}]) =>
    operation({ operator, inputs, output, attributes }),
  );
  const constants = Object.entries(arrays).map(([name, [shape, values]]) => constant(name, shape, values));
  const axes = input.map((it) => message(1, it ? whole(1, it) : text(2, "any")));
  const type = message(2, message(1, whole(1, 1), message(2, ...axes)));
  const last = lines.at(-1)?.[2] ?? "x";
  const graph = message(
    7,
    ...operators,
    ...constants,
    text(2, "Net"),
    message(11, text(1, "x"), type),
    message(12, text(1, last), message(2, message(1, whole(1, 1)))),
    more,
  );
  return joined([whole(1, ir), graph, message(8, text(1, ""), whole(2, opset))].flat());
}

/** An array of seeded random numbers from -0.5 to 0.5. */
export function random(...shape: readonly number[]): readonly [readonly number[], Float32Array] {
  const next = randomStream(volume(shape));
  return [shape, Float32Array.from({ length: volume(shape) }, () => next() - 0.5)];
}

export const integers = (...values: readonly number[]): readonly [readonly number[], BigInt64Array] => [
  [values.length],
  BigInt64Array.from(values, BigInt),
];

export const floats = (...values: readonly number[]): readonly [readonly number[], Float32Array] => [
  [values.length],
  Float32Array.from(values),
];

/** An array that claims another shape than it has bytes for. */
export const claimed = (name: string, dims: readonly number[], held: Uint8Array): Fields =>
  message(5, ...dims.map((it) => whole(1, it)), whole(2, 1), text(8, name), bytes(9, held));
