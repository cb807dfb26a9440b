import { Builder } from "flatbuffers";
import { type Field, type OperatorName, operators, types } from "./schema.ts";

/** An array that is part of the model, or one that it works out, whose `values` are left out. */
export interface Tensor {
  readonly name: string;
  /** −1 where the number of examples decides. */
  readonly shape: readonly number[];
  readonly type: keyof typeof types;
  readonly values?: Float32Array | Int32Array | undefined;
}

/** One operator; tensors by their place in the list. */
export interface Operation {
  readonly operator: OperatorName;
  readonly inputs: readonly number[];
  readonly output: number;
  readonly options: readonly Field[];
}

interface Model {
  readonly title: string;
  readonly words: string;
  readonly tensors: readonly Tensor[];
  /** In an order in which each finds its inputs. */
  readonly operations: readonly Operation[];
  readonly input: number;
  readonly output: number;
}

/**
 * A TFLite model of one subgraph with one signature, `serving_default`, whose ends are called like their tensors. Shapes
 * are those of one example. `shape_signature` could say where any number will do, but LiteRT.js (2.5.3) then asks for
 * tensors of size −1, and interpreters that resize their inputs do so without it. Format: FlatBuffers, file identifier TFL3,
 * schema version 3. Arrays begin at multiples of 16 bytes and are taken as they lie in memory: little-endian wherever
 * this app runs.
 */
export function modelFile(model: Model): Uint8Array<ArrayBuffer> {
  const { title, words, tensors, operations, input, output } = model;
  const stored = tensors.reduce((sum, it) => sum + (it.values?.byteLength ?? 0), 0);
  const builder = new Builder(stored + 2 ** 16);
  // Fields that equal a default of the schema are written too, so that its defaults need not be known here.
  builder.forceDefaults(true);

  // The first buffer is empty and stands for all tensors without values.
  const buffers = [table(builder, [])];
  const places = tensors.map(({ values }) => {
    if (!values) return 0;
    buffers.push(table(builder, [[0, bytes(builder, values)]]));
    return buffers.length - 1;
  });
  const used = [...new Set(operations.map((it) => it.operator))];
  const graph = table(builder, [
    [
      0,
      offsets(
        builder,
        tensors.map((it, index) => tensorTable(builder, it, places[index] ?? 0)),
      ),
    ],
    [1, integers(builder, [input])],
    [2, integers(builder, [output])],
    [
      3,
      offsets(
        builder,
        operations.map((it) => operationTable(builder, it, used.indexOf(it.operator))),
      ),
    ],
    [4, builder.createString(title)],
  ]);
  const codes = used.map((name) => codeTable(builder, name));
  const nameOf = (index: number): string => tensors[index]?.name ?? "";
  const signature = table(builder, [
    [0, offsets(builder, [endTable(builder, nameOf(input), input)])],
    [1, offsets(builder, [endTable(builder, nameOf(output), output)])],
    [2, builder.createString("serving_default")],
    [4, { int: 0 }],
  ]);
  const root = table(builder, [
    [0, { int: 3 }],
    [1, offsets(builder, codes)],
    [2, offsets(builder, [graph])],
    [3, builder.createString(words)],
    [4, offsets(builder, buffers)],
    [7, offsets(builder, [signature])],
  ]);
  builder.finish(root, "TFL3");
  return Uint8Array.from(builder.asUint8Array());
}

/** A table of fields by their number: an offset of what was written before, or a number. */
function table(
  builder: Builder,
  fields: readonly (readonly [slot: number, value: number | Field])[],
): number {
  builder.startObject(Math.max(0, ...fields.map(([slot]) => slot + 1)));
  for (const [slot, value] of fields) {
    if (typeof value === "number") builder.addFieldOffset(slot, value, 0);
    else if ("byte" in value) builder.addFieldInt8(slot, value.byte, 0);
    else if ("int" in value) builder.addFieldInt32(slot, value.int, 0);
    else if ("float" in value) builder.addFieldFloat32(slot, value.float, 0);
    else throw new Error("A list must be written before the table that holds it.");
  }
  return builder.endObject();
}

function tensorTable(builder: Builder, { name, shape, type }: Tensor, buffer: number): number {
  return table(builder, [
    [
      0,
      integers(
        builder,
        shape.map((it) => (it === -1 ? 1 : it)),
      ),
    ],
    [1, { byte: types[type] }],
    [2, { int: buffer }],
    [3, builder.createString(name)],
    [8, { byte: 1 }],
  ]);
}

function operationTable(
  builder: Builder,
  { operator, inputs, output, options }: Operation,
  code: number,
): number {
  const [from, to] = [integers(builder, inputs), integers(builder, [output])];
  const { options: type } = operators[operator];
  const written = options.map((it) => ("ints" in it ? integers(builder, it.ints) : it));
  const its = type ? table(builder, [...written.entries()]) : 0;
  return table(builder, [
    [0, { int: code }],
    [1, from],
    [2, to],
    ...(type
      ? ([
          [3, { byte: type }],
          [4, its],
        ] as const)
      : []),
  ]);
}

/** Older readers look for the number in a byte. */
function codeTable(builder: Builder, name: OperatorName): number {
  const { code, version } = operators[name];
  return table(builder, [
    [0, { byte: Math.min(code, 127) }],
    [2, { int: version }],
    [3, { int: code }],
  ]);
}

const endTable = (builder: Builder, name: string, tensor: number): number =>
  table(builder, [
    [0, builder.createString(name)],
    [1, { int: tensor }],
  ]);

function integers(builder: Builder, values: readonly number[]): number {
  builder.startVector(4, values.length, 4);
  for (const it of values.toReversed()) builder.addInt32(it);
  return builder.endVector();
}

function offsets(builder: Builder, values: readonly number[]): number {
  builder.startVector(4, values.length, 4);
  for (const it of values.toReversed()) builder.addOffset(it);
  return builder.endVector();
}

function bytes(builder: Builder, { buffer, byteOffset, byteLength }: Float32Array | Int32Array): number {
  builder.prep(16, byteLength);
  return builder.createByteVector(new Uint8Array(buffer, byteOffset, byteLength));
}
