import type { Dataset, Group, Metadata } from "h5wasm";
import { volume } from "../nodes/shape.ts";
import { hasSoundHeaps } from "./heaps.ts";
import { type Library, library, newName } from "./library.ts";

/** A group of an HDF5 file that is open for reading. */
export interface StoredGroup {
  /** Of everything in it, in the file's order: groups, arrays and what is neither. */
  names(): readonly string[];
  /** Undefined where there is none of that name; `a/b` is b within a. */
  group(name: string): StoredGroup | undefined;
  array(name: string): StoredArray | undefined;
  /** A text or number, or a list of them; undefined where there is none or it is of another type. */
  attribute(name: string): StoredAttribute | undefined;
}

export type StoredAttribute = string | number | readonly string[] | readonly number[];

export interface StoredArray {
  /** `[]` for a single number. */
  readonly shape: readonly number[];
  /** As HDF5 has it: `float32`, `int64`; `other` for what is no number. */
  readonly type: string;
  /**
   * Row-major, as float32 whatever the file holds. Refuses, with half a sentence, what is no number, what claims more
   * numbers than the file can hold or than fit in memory, and what is damaged.
   */
  read(): { readonly values: Float32Array<ArrayBuffer> } | { readonly refused: string };
}

/**
 * Opens an HDF5 file in memory for as long as `look` runs; groups and arrays cannot be used afterwards. Files are hostile
 * until they are read: nothing outside the bytes is followed, and what is damaged is missing or refused, not thrown.
 */
export async function readHdf5<T>(
  bytes: Uint8Array,
  look: (root: StoredGroup) => T,
): Promise<{ readonly found: T } | { readonly refused: string }> {
  if (!hasSoundHeaps(bytes)) return { refused: "it is no HDF5 file, or it is damaged." };
  const its = await library();
  const name = newName();
  its.files.writeFile(name, bytes);
  try {
    const file = opened(its, name);
    if (!file) return { refused: "it is no HDF5 file, or it is damaged." };
    try {
      return { found: look(storedGroup(its, file, bytes.length)) };
    } finally {
      attempt(() => file.close());
    }
  } finally {
    its.files.unlink(name);
  }
}

function opened({ File }: Library, name: string) {
  const file = attempt(() => new File(name, "r"));
  return file && file.file_id >= 0n ? file : undefined;
}

function storedGroup(its: Library, group: Group, fileLength: number): StoredGroup {
  const found = (name: string) => attempt(() => group.get(name)) ?? undefined;
  return {
    names: () => attempt(() => group.keys()) ?? [],
    group: (name) => {
      const entity = found(name);
      return entity instanceof its.Group ? storedGroup(its, entity, fileLength) : undefined;
    },
    array: (name) => {
      const entity = found(name);
      return entity instanceof its.Dataset ? storedArray(its, entity, fileLength) : undefined;
    },
    attribute: (name) => attempt(() => attributeOf(its, group, name, fileLength)),
  };
}

function storedArray(its: Library, dataset: Dataset, fileLength: number): StoredArray | undefined {
  const metadata = attempt(() => dataset.metadata);
  if (!metadata?.shape) return undefined;
  const type = typeOf(its, metadata);
  return {
    shape: metadata.shape,
    type,
    read: () => {
      if (!(type in containers)) return { refused: `it holds no numbers that can be read (${type}).` };
      const length = metadata.size * metadata.total_size;
      const chunk = metadata.size * volume(metadata.chunks ?? []);
      const most = attempt(() => dataset.filters.length) === 0 ? fileLength : fileLength * mostDeflated;
      if (length > Math.min(most, mostBytes) || chunk > Math.max(length, smallChunk))
        return { refused: `it claims ${metadata.total_size} numbers, more than the file can hold.` };
      const raw = attempt(() => rawValues(its, dataset, length));
      return raw ? { values: containers[type]?.(raw) ?? new Float32Array() } : { refused: "it is damaged." };
    },
  };
}

/** Deflate makes nothing smaller than this (RFC 1951: 258 bytes in 2 bits). */
const mostDeflated = 1032;
/** A chunk may be larger than a small array, but it is read whole: 1 MiB is Keras' and h5py's most. */
const smallChunk = 2 ** 20;
/** Larger arrays than this do not fit in the library's memory beside the file. */
const mostBytes = 2 ** 30;

/** The dataset's bytes, little-endian. h5wasm's own `value` does not look whether reading succeeded. */
function rawValues({ module }: Library, { file_id, path }: Dataset, length: number): ArrayBuffer | undefined {
  if (length === 0) return new ArrayBuffer(0);
  return inMemory(module, length, (pointer) =>
    module.get_dataset_data(file_id, path, null, null, null, BigInt(pointer)) < 0
      ? undefined
      : Uint8Array.from(module.HEAPU8.subarray(pointer, pointer + length)).buffer,
  );
}

const containers: Readonly<Record<string, (raw: ArrayBuffer) => Float32Array<ArrayBuffer>>> = {
  float32: (raw) => new Float32Array<ArrayBuffer>(raw),
  float64: (raw) => Float32Array.from(new Float64Array(raw)),
  int8: (raw) => Float32Array.from(new Int8Array(raw)),
  int16: (raw) => Float32Array.from(new Int16Array(raw)),
  int32: (raw) => Float32Array.from(new Int32Array(raw)),
  int64: (raw) => Float32Array.from(new BigInt64Array(raw), Number),
  uint8: (raw) => Float32Array.from(new Uint8Array(raw)),
  uint16: (raw) => Float32Array.from(new Uint16Array(raw)),
  uint32: (raw) => Float32Array.from(new Uint32Array(raw)),
  uint64: (raw) => Float32Array.from(new BigUint64Array(raw), Number),
};

function typeOf({ module: { H5T_class_t: classes } }: Library, { type, size, signed }: Metadata): string {
  if (type === classes.H5T_FLOAT.value) return `float${8 * size}`;
  if (type === classes.H5T_INTEGER.value) return `${signed ? "int" : "uint"}${8 * size}`;
  return type === classes.H5T_STRING.value ? "text" : "other";
}

/** More texts of variable length than this in one attribute are nobody's list of names. */
const mostTexts = 10_000;

function attributeOf(
  its: Library,
  group: Group,
  name: string,
  fileLength: number,
): StoredAttribute | undefined {
  const { module } = its;
  const { file_id, path } = group;
  const attribute = group.attrs[name];
  if (!attribute?.shape) return undefined;
  const { metadata } = attribute;
  const type = typeOf(its, metadata);
  const length = metadata.size * metadata.total_size;
  if (type === "other" || length > fileLength || (metadata.vlen && metadata.total_size > mostTexts))
    return undefined;
  if (length === 0) return [];
  // h5wasm's own `value` does not look whether reading succeeded, and would follow pointers that were never set.
  const isSound = inMemory(module, length, (pointer) => {
    if (module.get_attribute_data(file_id, path, name, BigInt(pointer)) < 0) return false;
    if (metadata.vlen) module.reclaim_vlen_memory(file_id, path, name, BigInt(pointer));
    return true;
  });
  return isSound ? listed(attribute.json_value, attribute.shape.length === 0) : undefined;
}

function listed(value: unknown, isSingle: boolean): StoredAttribute | undefined {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = values.filter((it) => typeof it === "string");
  const numbers = values.filter((it) => typeof it === "number");
  const all = texts.length === values.length ? texts : numbers.length === values.length ? numbers : undefined;
  return isSingle ? all?.[0] : all;
}

function inMemory<T>(module: Library["module"], length: number, use: (pointer: number) => T): T {
  const pointer = module._malloc(length);
  if (pointer === 0) throw new Error(`There is no memory for ${length} bytes.`);
  try {
    return use(pointer);
  } finally {
    module._free(pointer);
  }
}

/** The library throws at much that is damaged, its traps included. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
