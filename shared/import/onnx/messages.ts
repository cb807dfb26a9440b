import { refuse } from "../../graph/reading.ts";
import { type Field, fieldsOf, textOf, varintsOf } from "./wire.ts";

/**
 * The messages of onnx.proto (github.com/onnx/onnx, IR versions 3 to 13; later ones only add fields), as far as a network
 * for inference needs them. Field numbers stand in the tables below.
 */
export interface Model {
  readonly irVersion: number;
  readonly producer: string;
  /** Of the standard operators, whose domain is "" or "ai.onnx". */
  readonly opset: number | undefined;
  readonly metadata: ReadonlyMap<string, string>;
  readonly graph: Graph;
}

export interface Graph {
  readonly name: string;
  readonly operations: readonly Operation[];
  readonly constants: readonly Tensor[];
  readonly inputs: readonly Door[];
  readonly outputs: readonly Door[];
  /** What the exporter knew of values in between. */
  readonly known: readonly Door[];
}

export interface Operation {
  readonly name: string;
  readonly operator: string;
  /** "" for standard operators. */
  readonly domain: string;
  /** "" where an optional input is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export interface Attribute {
  readonly real?: number | undefined;
  readonly whole?: number | undefined;
  readonly text?: string | undefined;
  readonly tensor?: Tensor | undefined;
  readonly reals: readonly number[];
  readonly wholes: readonly number[];
}

/** An array. Its numbers stay in the file until they are asked for (`tensor.ts`). */
export interface Tensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** As TensorProto.DataType numbers them. */
  readonly type: number;
  readonly message: Uint8Array;
}

/** A value that enters or leaves. Undefined where an axis may have any size. */
export interface Door {
  readonly name: string;
  readonly dims: readonly (number | undefined)[] | undefined;
}

/** Far above what people's networks have; they keep a hostile file from stalling the app. */
const most = {
  operations: 50_000,
  constants: 100_000,
  doors: 100_000,
  names: 4096,
  attributes: 256,
  list: 65_536,
};
const mostAxes = 16;

/** Field numbers by the word that this file uses for them; of each field the last, or all in order. */
function gather<T extends string>(
  message: Uint8Array,
  place: string,
  numbers: Readonly<Record<T, number>>,
  limit = most.list,
) {
  const names = new Map(Object.entries<number>(numbers).map(([name, number]) => [number, name]));
  const met = new Map<string, Field[]>();
  for (const field of fieldsOf(message, place)) {
    const name = names.get(field.number);
    if (name === undefined) continue;
    const list = met.get(name) ?? [];
    if (list.length >= limit)
      refuse(
        `${place} has more than ${limit} entries of one sort (${name}), which is more than can be read. Import a smaller model.`,
      );
    list.push(field);
    met.set(name, list);
  }
  const all = (name: T): readonly Field[] => met.get(name) ?? [];
  return {
    all,
    bytes: (name: T): readonly Uint8Array[] =>
      all(name)
        .filter((it) => it.type === "bytes")
        .map((it) => it.bytes),
    whole: (name: T): number | undefined => all(name).findLast((it) => it.type === "varint")?.whole,
    text: (name: T): string =>
      textOf(all(name).findLast((it) => it.type === "bytes")?.bytes ?? new Uint8Array()),
    texts: (name: T): readonly string[] => all(name).map((it) => textOf(it.bytes)),
  };
}

export function modelOf(file: Uint8Array): Model {
  const place = "The file";
  const fields = gather(file, place, { ir: 1, producer: 2, graph: 7, operators: 8, metadata: 14 });
  const graph = fields.bytes("graph").at(-1);
  if (!graph) return refuse("The file has no network (field 7 of an ONNX model). Choose an ONNX file.");
  const operators = fields.bytes("operators").map((it) => gather(it, place, { domain: 1, version: 2 }));
  const metadata = fields.bytes("metadata").map((it) => gather(it, place, { key: 1, value: 2 }));
  return {
    irVersion: fields.whole("ir") ?? 0,
    producer: fields.text("producer"),
    opset: operators.find((it) => isStandard(it.text("domain")))?.whole("version"),
    metadata: new Map(metadata.map((it) => [it.text("key"), it.text("value")])),
    graph: graphOf(graph),
  };
}

const isStandard = (domain: string): boolean => domain === "" || domain === "ai.onnx";

function graphOf(message: Uint8Array): Graph {
  const place = "The network";
  const limit = most.constants;
  const fields = gather(
    message,
    place,
    { node: 1, name: 2, constant: 5, input: 11, output: 12, known: 13, sparse: 15 },
    limit,
  );
  const operations = fields.bytes("node");
  if (operations.length > most.operations)
    refuse(
      `The network has ${operations.length} operators; at most ${most.operations} can be read. Import a part of it.`,
    );
  if (fields.all("sparse").length)
    refuse("The network has sparse arrays, which cannot be read. Save them as dense ones.");
  return {
    name: fields.text("name"),
    operations: operations.map((it, index) => operationOf(it, `Operator ${index + 1}`)),
    constants: fields.bytes("constant").map((it, index) => tensorOf(it, `Array ${index + 1}`)),
    inputs: fields.bytes("input").map((it, index) => doorOf(it, `Input ${index + 1}`)),
    outputs: fields.bytes("output").map((it, index) => doorOf(it, `Output ${index + 1}`)),
    known: fields.bytes("known").map((it) => doorOf(it, "The list of shapes")),
  };
}

function operationOf(message: Uint8Array, place: string): Operation {
  const fields = gather(
    message,
    place,
    { input: 1, output: 2, name: 3, operator: 4, attribute: 5, domain: 7 },
    most.names,
  );
  const domain = fields.text("domain");
  const attributes = fields.bytes("attribute");
  if (attributes.length > most.attributes)
    refuse(
      `${place} has ${attributes.length} attributes; no operator has more than ${most.attributes}. The file is damaged.`,
    );
  return {
    name: fields.text("name"),
    operator: fields.text("operator"),
    domain: isStandard(domain) ? "" : domain,
    inputs: fields.texts("input"),
    outputs: fields.texts("output"),
    attributes: new Map(attributes.map((it) => attributeOf(it, `${place}'s attribute`))),
  };
}

function attributeOf(message: Uint8Array, place: string): readonly [string, Attribute] {
  const fields = gather(message, place, {
    name: 1,
    real: 2,
    whole: 3,
    text: 4,
    tensor: 5,
    reals: 7,
    wholes: 8,
  });
  const [real] = fields.all("real");
  const tensor = fields.bytes("tensor").at(-1);
  return [
    fields.text("name"),
    {
      real: real && floatsIn(real)[0],
      whole: fields.whole("whole"),
      text: fields.all("text").length ? fields.text("text") : undefined,
      tensor: tensor && tensorOf(tensor, `${place}, an array,`),
      reals: fields.all("reals").flatMap(floatsIn),
      wholes: limited(
        fields.all("wholes").flatMap((it) => wholesIn(it, place)),
        place,
      ),
    },
  ];
}

function limited<T>(list: readonly T[], place: string): readonly T[] {
  if (list.length > most.list)
    refuse(`${place} lists ${list.length} numbers; at most ${most.list} can be read.`);
  return list;
}

const floatsIn = ({ bytes }: Field): number[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => view.getFloat32(4 * at, true));
};

/** One whole number, or several packed. */
const wholesIn = (field: Field, place: string): number[] =>
  field.type === "varint" ? [field.whole] : [...varintsOf(field.bytes, place)];

/** Fields of TensorProto that say what it is; those with its numbers are in `tensor.ts`. */
function tensorOf(message: Uint8Array, place: string): Tensor {
  const dims: number[] = [];
  let [type, name, isElsewhere] = [0, "", false];
  let location = "";
  for (const field of fieldsOf(message, place)) {
    if (field.number === 1) dims.push(...wholesIn(field, place));
    else if (field.number === 2) type = field.whole;
    else if (field.number === 8) name = textOf(field.bytes);
    else if (field.number === 14) isElsewhere = field.whole === 1;
    else if (field.number === 13) location ||= externalName(field.bytes, place);
    if (dims.length > mostAxes) refuse(`${place} has more than ${mostAxes} axes. The file is damaged.`);
  }
  if (isElsewhere)
    refuse(
      `The array ${name} lies in a file of its own${location && `, ${location}`}, which is not read. Save the model as one file (onnx.save_model with save_as_external_data=False).`,
    );
  if (dims.some((it) => !(it >= 0 && it <= 2 ** 31)))
    refuse(
      `The array ${name || place} has the shape ${dims.join("×")}: sizes run from 0 to 2³¹. The file is damaged.`,
    );
  return { name, dims, type, message };
}

function externalName(message: Uint8Array, place: string): string {
  const pair = gather(message, place, { key: 1, value: 2 });
  return pair.text("key") === "location" ? pair.text("value") : "";
}

/** ValueInfoProto → TypeProto → Tensor → TensorShapeProto → Dimension. */
function doorOf(message: Uint8Array, place: string): Door {
  const fields = gather(message, place, { name: 1, type: 2 });
  const type = fields.bytes("type").at(-1);
  const tensor = type && gather(type, place, { tensor: 1 }).bytes("tensor").at(-1);
  const shape = tensor && gather(tensor, place, { shape: 2 }).bytes("shape").at(-1);
  const axes = shape && gather(shape, place, { axis: 1 }, mostAxes).bytes("axis");
  return {
    name: fields.text("name"),
    dims: axes?.map((it) => {
      const size = gather(it, place, { size: 1 }).whole("size");
      return size !== undefined && size > 0 ? size : undefined;
    }),
  };
}
