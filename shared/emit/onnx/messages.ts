import { bytes, type Fields, float, joined, message, text, whole } from "./protobuf.ts";

/** Field numbers are those of onnx.proto (github.com/onnx/onnx), IR version 8. */
const irVersion = 8;
/** The latest operators that IR version 8 allows; LayerNormalization came with them. */
const opset = 17;

/** A whole number, a word, several whole numbers, or a float, which must be told from a whole number. */
export type Attribute = number | string | readonly number[] | { readonly float: number };
export type Attributes = Readonly<Record<string, Attribute>>;

interface Operation {
  readonly operator: string;
  /** "" where an optional input is left out. */
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Attributes;
  /** For people who look at the file. */
  readonly words?: string | undefined;
}

/** One operator, named after what it gives. */
export const operation = ({ operator, inputs, output, attributes = {}, words }: Operation): Fields =>
  message(
    1,
    ...inputs.map((it) => text(1, it)),
    text(2, output),
    text(3, output),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) => message(5, text(1, name), ...encoded(value))),
    words === undefined ? [] : text(6, words),
  );

function encoded(value: Attribute): readonly Fields[] {
  if (typeof value === "number") return [whole(3, value), whole(20, 2)];
  if (typeof value === "string") return [text(4, value), whole(20, 3)];
  if ("float" in value) return [float(2, value.float), whole(20, 1)];
  return [...value.map((it) => whole(8, it)), whole(20, 7)];
}

export type Numbers = Float32Array | Int32Array | BigInt64Array;

/** An array that is part of the model. Its bytes are taken as they lie in memory: little-endian wherever this app runs. */
export const constant = (name: string, shape: readonly number[], values: Numbers): Fields =>
  message(
    5,
    ...shape.map((it) => whole(1, it)),
    whole(2, values instanceof Float32Array ? 1 : values instanceof Int32Array ? 6 : 7),
    text(8, name),
    bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );

/** What enters or leaves the model: float32, as many examples as one likes. */
interface Door {
  readonly name: string;
  /** Of one example. */
  readonly shape: readonly number[];
  readonly words: string;
}

const door = (field: number, { name, shape, words }: Door): Fields => {
  const axes = [text(2, "N"), ...shape.map((it) => whole(1, it))].map((it) => message(1, it));
  return message(
    field,
    text(1, name),
    message(2, message(1, whole(1, 1), message(2, ...axes))),
    text(3, words),
  );
};

interface Model {
  readonly title: string;
  readonly words: string;
  readonly input: Door;
  readonly output: Door;
  /** Of the model as a whole, by key. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Operators in an order in which each finds its inputs, and constants in any order. */
  readonly contents: Fields;
}

export function modelFile({
  title,
  words,
  input,
  output,
  metadata,
  contents,
}: Model): Uint8Array<ArrayBuffer> {
  const graph = message(7, contents, text(2, title), text(10, words), door(11, input), door(12, output));
  const operators = message(8, text(1, ""), whole(2, opset));
  const pairs = Object.entries(metadata).map(([key, value]) => message(14, text(1, key), text(2, value)));
  return joined(
    [whole(1, irVersion), text(2, "Receptive"), text(6, words), graph, operators, ...pairs].flat(),
  );
}
