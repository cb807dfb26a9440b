/** What a file is, by its first bytes; extensions are not believed. */
export type FileKind =
  | "empty"
  | "zip"
  | "hdf5"
  | "json"
  | "safetensors"
  | "onnx"
  | "pickle"
  | "saved model"
  | "frozen graph"
  | "tflite"
  | "git-lfs pointer"
  | "gzip"
  | "tar"
  | "unknown";

export function kindOfFile(bytes: Uint8Array): FileKind {
  if (bytes.length === 0) return "empty";
  if (startsWith(bytes, [0x50, 0x4b, 3, 4]) || startsWith(bytes, [0x50, 0x4b, 5, 6])) return "zip";
  if (startsWith(bytes, [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a])) return "hdf5";
  if (startsWith(bytes, [0x1f, 0x8b])) return "gzip";
  if (textAt(bytes, 0, 42).startsWith("version https://git-lfs.github.com/spec/")) return "git-lfs pointer";
  if (textAt(bytes, 4, 4) === "TFL3") return "tflite";
  // Protocols 2 to 5 begin with PROTO and their number (pickletools in Python's library).
  if (bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 0) <= 5) return "pickle";
  if (textAt(bytes, 257, 5) === "ustar") return "tar";
  if (isSafetensors(bytes)) return "safetensors";
  if (/^(?:\u00ef\u00bb\u00bf)?\s*[{[]/.test(textAt(bytes, 0, 64))) return "json";
  return kindOfProtobuf(bytes);
}

/** The first length says where the header ends, which is a JSON object. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 8 && bytes[7] === 0 && bytes[6] === 0 && bytes[8] === 0x7b;
}

/**
 * ONNX's ModelProto has its graph in field 7 (onnx.proto), TensorFlow's SavedModel a version 1 and its graphs in field 2
 * (saved_model.proto), a frozen GraphDef nodes in field 1 and from there on (graph.proto).
 */
function kindOfProtobuf(bytes: Uint8Array): FileKind {
  const fields = topFields(bytes);
  if (fields.some((it) => it.field === 7 && it.wire === 2)) return "onnx";
  const [first, second] = fields;
  if (first?.field === 1 && first.wire === 0 && second?.field === 2 && second.wire === 2)
    return "saved model";
  if (first?.field === 1 && first.wire === 2 && textAt(bytes, first.start, 1) === "\n") return "frozen graph";
  return "unknown";
}

interface Field {
  readonly field: number;
  readonly wire: number;
  /** Where its content begins. */
  readonly start: number;
}

/** A protobuf message's outermost fields, as far as they can be followed; of very many the first. */
function topFields(bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      const byte = bytes[at++];
      if (byte === undefined) return Number.NaN;
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length && fields.length < 256) {
    const tag = number();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (!(field >= 1 && field < 64)) break;
    if (wire === 0) {
      fields.push({ field, wire, start: at });
      number();
    } else if (wire === 2) {
      const length = number();
      // A field that ends behind the file: of a file that was cut off. The reader will say where.
      fields.push({ field, wire, start: at });
      at += length;
    } else break;
    if (Number.isNaN(at)) break;
  }
  return fields;
}

const startsWith = (bytes: Uint8Array, letters: readonly number[]): boolean =>
  letters.every((it, index) => bytes[index] === it);

/** Bytes as Latin-1. */
const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));
