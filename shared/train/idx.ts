import { show, volume } from "../nodes/shape.ts";
import type { Unreadable } from "./dataset.ts";
import { canInflateTo, inflated, inflatedSize, inflatedStart, isGzip } from "./gzip.ts";

/** The contents of an IDX file of unsigned bytes. */
export interface Idx {
  /** Length of each axis: `[n]` for labels, `[n, height, width]` or `[n, height, width, channels]` for images. */
  readonly shape: readonly number[];
  /** Row by row, the last axis fastest. */
  readonly values: Uint8Array;
}

/** 1 GiB once the pixels are 32-bit numbers: as much as a laptop can be asked for. MNIST has 47 million. */
const mostValues = 2 ** 28;
const mostPixels = 4096;
const mostChannels = 256;
const longestHeader = 20;

/**
 * Reads the IDX format of the MNIST database (Y. LeCun, C. Cortes, C. Burges: yann.lecun.com/exdb/mnist, "the IDX
 * file format"), gzipped or not: two zero bytes, the type (0x08: unsigned bytes), the number of axes, the length of
 * each axis as a big-endian 32-bit number, the values. Axes: 1 (labels), 3 or 4 (images, channels last).
 * Refuses, naming the file, what was met and what helps: other formats and types, lengths of zero, images larger
 * than 4096×4096×256, more than 2²⁸ values, less or more data than the header claims, damaged gzip. Nothing is
 * allocated or inflated before the header has been believed.
 */
export function readIdx(bytes: Uint8Array, name: string): Idx | Unreadable {
  const no = (why: string): Unreadable => ({ refused: `${name} ${why}` });
  if (bytes.length === 0) return no("is empty: download or copy it again.");
  const packed = isGzip(bytes);
  const got = packed ? inflatedSize(bytes) : bytes.length;
  const start = packed ? inflatedStart(bytes, longestHeader) : bytes.subarray(0, longestHeader);
  if (!start || start.length < Math.min(got, longestHeader)) return no(damaged);
  const shape = readShape(start);
  if ("refused" in shape) return no(shape.refused);

  const header = headerLength(shape);
  const expected = header + volume(shape);
  if (got !== expected) {
    const cause = packed ? "it is damaged" : got < expected ? "it was cut off" : "something was added to it";
    return no(
      `${packed ? "unpacks to" : "holds"} ${got} bytes, but its header (${show(shape)}) asks for ${expected}: ` +
        `${cause}. Download or copy it again.`,
    );
  }
  if (!packed) return { shape, values: bytes.subarray(header) };
  if (!canInflateTo(bytes, expected)) return no(damaged);
  const all = inflated(bytes, expected);
  return all ? { shape, values: all.subarray(header) } : no(damaged);
}

const damaged =
  "is a damaged gzip file: its contents do not match its checksum. Download it again, or unpack it yourself.";

const headerLength = (shape: readonly number[]): number => 4 + 4 * shape.length;

const typeNames: Readonly<Record<number, string>> = {
  9: "signed bytes",
  11: "16-bit integers",
  12: "32-bit integers",
  13: "32-bit floats",
  14: "64-bit floats",
};

function readShape(start: Uint8Array): readonly number[] | Unreadable {
  const [zero, alsoZero, type = 0, axes = 0] = start;
  if (start.length < 4 || zero !== 0 || alsoZero !== 0 || (type !== 8 && !(type in typeNames)))
    return {
      refused:
        `is not an IDX file: it begins with ${hex(start.subarray(0, 4))}, where images begin with 00 00 08 03 ` +
        "and labels with 00 00 08 01. Choose a folder of IDX files.",
    };
  if (type !== 8)
    return {
      refused: `holds ${typeNames[type]} (type ${hex([type])}): save it as unsigned bytes (type 08).`,
    };
  if (axes !== 1 && axes !== 3 && axes !== 4)
    return {
      refused: `has ${axes} axes: labels have 1, images 3 (count, height, width) or 4 (and channels).`,
    };
  if (start.length < 4 + 4 * axes)
    return {
      refused: `ends after ${start.length} bytes, within its header. Download or copy it again.`,
    };
  const shape = Array.from({ length: axes }, (_, axis) => bigEndian(start, 4 + 4 * axis));
  const wrong = complaintAbout(shape);
  return wrong ? { refused: wrong } : shape;
}

function complaintAbout(shape: readonly number[]): string | undefined {
  const [count = 0, height = 1, width = 1, channels = 1] = shape;
  if (count === 0) return `holds no ${shape.length === 1 ? "labels" : "images"}: its header counts 0.`;
  if (height < 1 || width < 1 || height > mostPixels || width > mostPixels)
    return `claims images of ${height}×${width} pixels: each side must have 1 to ${mostPixels}.`;
  if (channels < 1 || channels > mostChannels)
    return `claims ${channels} channels: images must have 1 to ${mostChannels}.`;
  if (volume(shape) > mostValues)
    return `claims ${show(shape)} = ${volume(shape)} values, more than the ${mostValues} that fit: use fewer images.`;
  return undefined;
}

const hex = (bytes: Iterable<number>): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ") || "nothing";

const bigEndian = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) * 2 ** 24 +
  ((bytes[at + 1] ?? 0) << 16) +
  ((bytes[at + 2] ?? 0) << 8) +
  (bytes[at + 3] ?? 0);
