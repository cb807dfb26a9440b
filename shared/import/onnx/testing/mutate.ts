import type { Dice } from "../../../../bench/agreement/dice.ts";
import { bytes as bytesField, type Fields, joined, message, whole } from "../../../emit/onnx/protobuf.ts";
import { answered } from "../../../graph/reading.ts";
import { type Field, fieldsOf } from "../wire.ts";

/** A damaged copy: its bytes, or the fields of its messages, which then stay messages and get further. */
export const mutated = (file: Uint8Array, dice: Dice): Uint8Array =>
  dice.chance(0.3) ? withBytesChanged(file, dice) : withFieldsChanged(file, dice);

function withBytesChanged(file: Uint8Array, dice: Dice): Uint8Array {
  const bytes = Uint8Array.from(file);
  const at = dice.whole(0, bytes.length - 1);
  switch (dice.whole(0, 4)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      bytes[at] = dice.whole(0, 255);
      return bytes;
    case 2:
      bytes.set([0xff, 0xff, 0xff, 0xff, dice.oneOf([0x0f, 0x7f, 0xff])].slice(0, bytes.length - at), at);
      return bytes;
    case 3:
      bytes.copyWithin(dice.whole(0, bytes.length - 1), at, at + dice.whole(1, 64));
      return bytes;
    default:
      return joined([bytes.subarray(0, at), bytes.subarray(at + dice.whole(1, 12))]);
  }
}

/** Messages within messages of onnx.proto, by field. */
interface Schema {
  readonly [field: number]: Schema;
}
const tensor: Schema = { 13: {} };
const door: Schema = { 2: { 1: { 2: { 1: {} } } } };
const node: Schema = { 5: { 5: tensor } };
const model: Schema = { 7: { 1: node, 5: tensor, 11: door, 12: door, 13: door }, 8: {}, 14: {} };

/** One to three fields anywhere are changed, doubled, dropped, swapped or given another's content. */
function withFieldsChanged(file: Uint8Array, dice: Dice): Uint8Array {
  let bytes = file;
  for (let count = dice.whole(1, 3); count > 0; count--) {
    // After the first change some bytes are no messages any more.
    const next = answered(() => joined(changed(bytes, model, dice)));
    if (next instanceof Uint8Array) bytes = next;
  }
  return bytes;
}

function changed(content: Uint8Array, schema: Schema, dice: Dice): Fields {
  const fields = [...fieldsOf(content, "A field")];
  // Mostly deeper, where most fields are.
  const deep = fields.flatMap((it, index) => (it.type === "bytes" && schema[it.number] ? [index] : []));
  const chosen = (dice.chance(0.85) ? dice.anyOf(deep) : undefined) ?? dice.whole(0, fields.length - 1);
  return fields.flatMap((field, index): Fields => {
    const same = written(field);
    if (index !== chosen) return same;
    const inner = field.type === "bytes" ? schema[field.number] : undefined;
    if (inner && field.bytes.length > 0 && dice.chance(0.93))
      return message(field.number, changed(field.bytes, inner, dice));
    const other = dice.anyOf(fields) ?? field;
    switch (dice.whole(0, 5)) {
      case 0:
        return [...same, ...same];
      case 1:
        return [];
      case 2:
        return written({ ...other, number: field.number });
      case 3:
        return written({ ...field, number: dice.whole(1, 16) });
      default:
        return field.type === "varint" ? whole(field.number, number(dice)) : garbled(field, dice);
    }
  });
}

const number = (dice: Dice): number =>
  dice.chance(0.7)
    ? dice.whole(0, 20)
    : dice.oneOf([2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 40, 10_000, 100_000]);

function garbled(field: Field, dice: Dice): Fields {
  const bytes = Uint8Array.from(field.bytes);
  if (bytes.length) bytes[dice.whole(0, bytes.length - 1)] = dice.whole(0, 255);
  return written({ ...field, bytes });
}

function written(field: Field): Fields {
  if (field.type === "varint") return whole(field.number, Math.max(field.whole, 0));
  if (field.type === "bytes") return bytesField(field.number, field.bytes);
  // The tag of a fixed field has no writer of its own: a float's, with its bytes.
  return [Uint8Array.of(field.number * 8 + (field.bytes.length === 8 ? 1 : 5)), field.bytes];
}
