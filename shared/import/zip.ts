import { inflateSync, strFromU8 } from "fflate";
import { shown } from "../graph/json.ts";
import { refuse } from "../graph/reading.ts";
import { canInflateTo, crc32 } from "../train/gzip.ts";

/** A file in a zip, not unpacked yet. */
export interface Packed {
  readonly name: string;
  /** Bytes when unpacked, as the directory claims. */
  readonly size: number;
  /** Unpacks it. Refuses what is damaged, encrypted, packed otherwise than by deflate, or too large. */
  read(): Uint8Array;
}

/** Unpacked, one file of a model has at most 512 MiB. */
const mostBytes = 2 ** 29;
const mostFiles = 10_000;

const endSignature = 0x06054b50;
const directorySignature = 0x02014b50;
const localSignature = 0x04034b50;

/**
 * The files in a zip, by name; folders are left out. Nothing is unpacked, and no size is believed, before somebody reads.
 * Refuses names that lead out of the archive, names that occur twice, and archives of more than 4 GiB.
 * Format: PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16. `file` is the archive's name for sentences.
 */
export function filesInZip(bytes: Uint8Array, file: string): ReadonlyMap<string, Packed> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (): never =>
    refuse(`${file} is a damaged zip file, or was cut off: take another copy of it.`);
  const end = endOf(view) ?? damaged();
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  if (start === 0xffffffff || count === 0xffff)
    refuse(
      `${file} is a zip file of more than 4 GiB or ${mostFiles} files, which no model needs. Choose the model alone.`,
    );
  if (count > mostFiles)
    refuse(`${file} holds ${count} files; at most ${mostFiles} can be read. Choose the model alone.`);
  const files = new Map<string, Packed>();
  for (let index = 0, at = start; index < count; index++) {
    if (at + 46 > end || view.getUint32(at, true) !== directorySignature) damaged();
    const entry: Entry = {
      isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      sum: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    };
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((it) => view.getUint16(at + it, true));
    const nameAt = at + 46;
    if (nameLength === undefined || nameAt + nameLength > end) return damaged();
    const name = strFromU8(bytes.subarray(nameAt, nameAt + nameLength));
    at = nameAt + nameLength + (extraLength ?? 0) + (commentLength ?? 0);
    if (leadsOut(name))
      refuse(
        `${file} holds a file called ${shown(name)}, a name that leads out of the archive. Do not trust it.`,
      );
    if (name.endsWith("/")) continue;
    if (files.has(name)) refuse(`${file} holds two files called ${shown(name)}. Do not trust it.`);
    files.set(name, {
      name,
      size: entry.size,
      read: () => unpacked(entry, bytes, `${shown(name)} in ${file}`),
    });
  }
  return files;
}

interface Entry {
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly sum: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/** Where the directory's end stands: before a comment of at most 64 KiB. */
function endOf(view: DataView): number | undefined {
  const last = view.byteLength - 22;
  for (let at = last; at >= Math.max(last - 0xffff, 0); at--)
    if (view.getUint32(at, true) === endSignature) return at;
  return undefined;
}

const leadsOut = (name: string): boolean =>
  name === "" || /^[/\\]|^[A-Za-z]:|\\|\0/.test(name) || name.split("/").includes("..");

function unpacked(
  { isEncrypted, method, sum, packed, size, at }: Entry,
  bytes: Uint8Array,
  file: string,
): Uint8Array {
  if (isEncrypted) refuse(`${file} is encrypted: unpack the archive and pack it again without a password.`);
  if (method !== 0 && method !== 8)
    refuse(
      `${file} is packed by method ${method}; only stored and deflated files can be read. Pack it again.`,
    );
  if (size > mostBytes) refuse(`${file} would have ${size} bytes; at most ${mostBytes} can be read.`);
  const damaged = `${file} is damaged: take another copy of it.`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + 30 > bytes.length || view.getUint32(at, true) !== localSignature) refuse(damaged);
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + packed > bytes.length) refuse(damaged);
  const body = bytes.subarray(start, start + packed);
  const content = method === 0 ? body : inflated(body, size);
  if (content?.length !== size || crc32(content) !== sum) return refuse(damaged);
  return content;
}

/** Undefined where the bytes are no deflated stream, or cannot hold that much. */
function inflated(body: Uint8Array, size: number): Uint8Array | undefined {
  if (!canInflateTo(body, size)) return undefined;
  try {
    // Into a buffer of our own: what does not fit is dropped, and then the checksum fails.
    return inflateSync(body, { out: new Uint8Array(size) });
  } catch {
    return undefined;
  }
}
