import { type Fields, got, refuse } from "../../graph/reading.ts";

/** Reads a layer's configuration; each refuses, with the layer's place, what no version of Keras writes there. */
export interface Settings {
  /** The layer, for sentences: `conv2d_1 (Conv2D)`. */
  readonly source: string;
  has(name: string): boolean;
  raw(name: string): unknown;
  number(name: string, otherwise: number): number;
  flag(name: string, otherwise: boolean): boolean;
  text(name: string, otherwise: string): string;
  /** `3` or `[3, 5]`. */
  pair(name: string, otherwise: number): readonly [number, number];
  /** `1`, `[1, 2]` or `[[1, 2], [3, 4]]` as [top, bottom, left, right]. */
  sides(name: string, otherwise: number): readonly number[];
  /** One number or a list of them. */
  numbers(name: string): readonly number[];
}

export function settingsOf(config: Fields, source: string): Settings {
  const raw = (name: string): unknown =>
    Object.hasOwn(config, name) ? (config[name] ?? undefined) : undefined;
  const wrong = (name: string, wanted: string): never =>
    refuse(
      `${name} of ${source} must be ${wanted}, got ${got(raw(name))}. The file is damaged: save the model again.`,
    );
  return {
    source,
    raw,
    has: (name) => raw(name) !== undefined,
    number(name, otherwise) {
      const value = raw(name) ?? otherwise;
      return isNumber(value) ? value : wrong(name, "a number");
    },
    flag(name, otherwise) {
      const value = raw(name) ?? otherwise;
      return typeof value === "boolean" ? value : wrong(name, "true or false");
    },
    text(name, otherwise) {
      const value = raw(name) ?? otherwise;
      return typeof value === "string" ? value : wrong(name, "a text");
    },
    pair(name, otherwise) {
      const value = raw(name) ?? otherwise;
      if (isNumber(value)) return [value, value];
      const [height, width, ...more] = listed(value);
      return isNumber(height) && isNumber(width) && !more.length
        ? [height, width]
        : wrong(name, "a number or a pair of them");
    },
    sides(name, otherwise) {
      const value = raw(name) ?? otherwise;
      if (isNumber(value)) return [value, value, value, value];
      const axes = listed(value);
      const all = axes.flatMap((it) => (isNumber(it) ? [it, it] : listed(it)));
      const numbers = all.filter(isNumber);
      return axes.length === 2 && numbers.length === 4 && all.length === 4
        ? numbers
        : wrong(name, "a number or two pairs of them");
    },
    numbers(name) {
      const value = raw(name);
      const all = isNumber(value) ? [value] : listed(value);
      const numbers = all.filter(isNumber);
      return numbers.length === all.length ? numbers : wrong(name, "a number or a list of them");
    },
  };
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

const listed = (value: unknown): readonly unknown[] =>
  Array.isArray(value) && value.length <= 64 ? value : [];
