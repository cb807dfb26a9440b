import type { Group } from "h5wasm";
import { library, newName } from "./library.ts";

/** A group of an HDF5 file that is being written. Names must not hold `/` and come once in a group. */
export interface NewGroup {
  group(name: string): NewGroup;
  /** A float32 array, row-major; `[]` is the shape of a single number. */
  array(name: string, shape: readonly number[], values: Float32Array): void;
  /** A text of any length, as h5py writes a `str`. */
  text(name: string, value: string): void;
  /**
   * A list of ASCII texts of one width, as Keras writes lists of names; h5py reads them as bytes. An empty list becomes an
   * empty array of floats, as with h5py.
   */
  texts(name: string, values: readonly string[]): void;
}

/**
 * An HDF5 file with what `fill` puts in, for HDF5 1.10 and later. Throws where the library cannot write it: callers keep
 * the whole below 1 GiB.
 */
export async function writeHdf5(fill: (root: NewGroup) => void): Promise<Uint8Array<ArrayBuffer>> {
  const { File, files } = await library();
  const name = newName();
  const file = new File(name, "w", { libver: "v110" });
  try {
    try {
      fill(newGroup(file));
    } finally {
      file.close();
    }
    return files.readFile(name);
  } finally {
    files.unlink(name);
  }
}

const newGroup = (group: Group): NewGroup => ({
  group: (name) => newGroup(group.create_group(name)),
  array: (name, shape, values) => {
    const made = group.create_dataset({ name, data: values, shape: [...shape], dtype: "<f" });
    if (!made) throw new Error(`The HDF5 library could not write ${group.path}/${name}.`);
  },
  text: (name, value) => group.create_attribute(name, value),
  texts: (name, values) => {
    if (values.length === 0) group.create_attribute(name, new Float64Array(0), [0], "<d");
    else
      group.create_attribute(
        name,
        [...values],
        [values.length],
        `S${Math.max(1, ...values.map((it) => it.length))}`,
      );
  },
});
