import type { LayerCall } from "./topology.ts";

/** An array of a file; reading it may refuse the file. */
export interface StoredArray {
  /** Its name in the file. */
  readonly name: string;
  readonly shape: readonly number[];
  read(): Float32Array;
}

/** Where a file keeps the layers' arrays. */
export interface Store {
  /** The layer's array of one of these names, the first that there is; `index` is its place among the layer's arrays. */
  array(
    layer: Pick<LayerCall, "path" | "place">,
    names: readonly string[],
    index: number,
  ): StoredArray | undefined;
}

/**
 * Arrays with names such as `block/conv_1/kernel` or `conv_1/kernel:0`: the layer's name, perhaps with those of models around
 * it, and then the weight's.
 */
export function storeByName(arrays: readonly StoredArray[]): Store {
  const byEnd = new Map<string, StoredArray[]>();
  for (const array of arrays.map(readOnce)) {
    const name = array.name.replace(/:\d+$/, "");
    // Every end of the name that begins behind a stroke; names have few strokes.
    for (let at = 0, strokes = 0; at !== -1 && strokes < 32; strokes++) {
      const end = name.slice(at);
      const others = byEnd.get(end);
      if (others) others.push(array);
      else byEnd.set(end, [array]);
      const stroke = name.indexOf("/", at);
      at = stroke === -1 ? -1 : stroke + 1;
    }
  }
  return {
    array({ path }, names) {
      for (const name of names)
        for (let from = 0; from < path.length; from++) {
          const [found, ...others] = byEnd.get(`${path.slice(from).join("/")}/${name}`) ?? [];
          // A name may stand in several inner models: then the outer ones' names decide.
          const own = others.length
            ? [found, ...others].find((it) => it?.name.startsWith(`${path[0]}/`))
            : found;
          if (found) return own ?? found;
        }
      return undefined;
    },
  };
}

/** Arrays in numbered places, as Keras 3 keeps them: `layers/conv2d_1` and 0 is the kernel. */
export function storeByPlace(find: (place: string) => StoredArray | undefined): Store {
  const met = new Map<string, StoredArray | undefined>();
  return {
    array({ place }, _, index) {
      const full = `${place}/vars/${index}`;
      if (!met.has(full)) {
        const array = find(full);
        met.set(full, array && readOnce(array));
      }
      return met.get(full);
    },
  };
}

/** Layers that share an array share its numbers. */
function readOnce(array: StoredArray): StoredArray {
  let values: Float32Array | undefined;
  return {
    ...array,
    read: () => {
      values ??= array.read();
      return values;
    },
  };
}
