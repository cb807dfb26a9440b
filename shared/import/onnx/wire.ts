import { strFromU8 } from "fflate";
import { refuse } from "../../graph/reading.ts";

/**
 * Protocol buffers' wire format (protobuf.dev/programming-guides/encoding): a message is fields one after the other, each
 * its number and type, then its content. Nothing is copied: bytes are views of the file.
 */
export interface Field {
  readonly number: number;
  /** varint: a whole number. fixed: four or eight bytes. bytes: a text, a message or packed numbers. */
  readonly type: "varint" | "fixed" | "bytes";
  /** Of a varint; two's complement of 64 bits, rounded where it is beyond 2⁵³. 0 for the others. */
  readonly whole: number;
  /** Of the others; empty for a varint. */
  readonly bytes: Uint8Array;
}

const nothing = new Uint8Array();

/** The fields of a message. Refuses bytes that are none; `place` says in a sentence which message it is. */
export function* fieldsOf(message: Uint8Array, place: string): Generator<Field> {
  const cursor = { at: 0 };
  while (cursor.at < message.length) {
    const start = cursor.at;
    const tag = varint(message, cursor, place);
    const [number, type] = [Math.floor(tag / 8), tag % 8];
    if (!(number >= 1 && number < 2 ** 29)) broken(place, message, start, `field ${number}`);
    if (type === 0) {
      yield { number, type: "varint", whole: varint(message, cursor, place), bytes: nothing };
      continue;
    }
    const isFixed = type === 5 || type === 1;
    if (!isFixed && type !== 2) broken(place, message, start, `a field of type ${type}`);
    const length = type === 5 ? 4 : type === 1 ? 8 : varint(message, cursor, place);
    const left = message.length - cursor.at;
    if (!(length >= 0 && length <= left))
      refuse(
        `${place} says at byte ${start} that ${length} bytes follow, and ${left} do. The file is cut off or damaged: take another copy of it.`,
      );
    const bytes = message.subarray(cursor.at, cursor.at + length);
    cursor.at += length;
    yield { number, type: isFixed ? "fixed" : "bytes", whole: 0, bytes };
  }
}

/** The whole numbers in a packed field. */
export function* varintsOf(packed: Uint8Array, place: string): Generator<number> {
  const cursor = { at: 0 };
  while (cursor.at < packed.length) yield varint(packed, cursor, place);
}

export const textOf = (bytes: Uint8Array): string => strFromU8(bytes);

/** Seven bits a byte, the lowest first; all but the last have the highest bit set. */
function varint(bytes: Uint8Array, cursor: { at: number }, place: string): number {
  const start = cursor.at;
  let low = 0;
  let high = 0;
  for (let digit = 0; digit < 10; digit++) {
    const byte = bytes[cursor.at++];
    if (byte === undefined) break;
    // Five digits of seven bits stay exact below 2³⁵.
    if (digit < 5) low += (byte & 0x7f) * 2 ** (7 * digit);
    else high += (byte & 0x7f) * 2 ** (7 * (digit - 5));
    if (byte >= 0x80) continue;
    // A negative number has all ten digits, and 64 bits of them count: 29 in the upper half.
    const upper = high % 2 ** 29;
    return low + (upper < 2 ** 28 ? upper : upper - 2 ** 29) * 2 ** 35;
  }
  return broken(place, bytes, start, "a number without an end");
}

function broken(place: string, message: Uint8Array, at: number, what: string): never {
  return refuse(
    `${place} has ${what} at byte ${at} of ${message.length}, which no ONNX file has. The file is damaged: take another copy of it.`,
  );
}
