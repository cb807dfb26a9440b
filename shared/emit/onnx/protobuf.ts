import { strToU8 } from "fflate";

/** Encoded fields of a message, in pieces, so that large arrays are copied once, into the file. */
export type Fields = readonly Uint8Array[];

/**
 * Protocol buffers' wire format (protobuf.dev/programming-guides/encoding): every field is its number and type, then its
 * content. Repeated fields are written one by one, as proto2 does.
 */

/** An integer field: a whole number from 0 to 2⁵³. */
export const whole = (field: number, value: number): Fields => [
  Uint8Array.of(...varint(field * 8), ...varint(value)),
];

/** A float field. */
export function float(field: number, value: number): Fields {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [Uint8Array.of(...varint(field * 8 + 5)), bytes];
}

export const text = (field: number, value: string): Fields => bytes(field, strToU8(value));

export const bytes = (field: number, content: Uint8Array): Fields => message(field, [content]);

/** A message within a message. */
export function message(field: number, ...parts: readonly Fields[]): Fields {
  const content = parts.flat();
  return [Uint8Array.of(...varint(field * 8 + 2), ...varint(lengthOf(content))), ...content];
}

/** The bytes of the outermost message. */
export function joined(fields: Fields): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(lengthOf(fields));
  let at = 0;
  for (const it of fields) {
    whole.set(it, at);
    at += it.length;
  }
  return whole;
}

const lengthOf = (fields: Fields): number => fields.reduce((sum, it) => sum + it.length, 0);

/** Seven bits a byte, the lowest first; all but the last have the highest bit set. */
function varint(value: number): readonly number[] {
  const digits: number[] = [];
  let rest = value;
  while (rest > 127) {
    digits.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...digits, rest];
}
