/** What a setting can hold in a document. `[height, width]` pairs may be written as one number when both are equal. */
export type Value = number | boolean | string | readonly number[];
export type Values = Readonly<Record<string, Value>>;

/** How the form draws a setting; everything a form needs and nothing a kind has to repeat. */
export type Field =
  | { readonly type: "whole"; readonly min: number; readonly max: number }
  | { readonly type: "real"; readonly min: number; readonly max: number; readonly step: number }
  | { readonly type: "pair"; readonly min: number; readonly max: number }
  | { readonly type: "choice"; readonly options: readonly string[] }
  | { readonly type: "flag" }
  /** As many whole numbers as one of `lengths` says. */
  | {
      readonly type: "sizes";
      readonly lengths: readonly number[];
      readonly min: number;
      readonly max: number;
    }
  /** One number for all four sides, or [top, bottom, left, right]. */
  | { readonly type: "sides"; readonly min: number; readonly max: number }
  /** A word of `presets`, or the cells of a kernel row by row. */
  | { readonly type: "kernel"; readonly presets: readonly string[]; readonly largest: number };

/** One setting of a layer kind: check, default and form field in one. */
export interface Setting<T extends Value> {
  /** Taken where the document leaves the value out. */
  readonly initial: T;
  /** Another setting whose value is taken instead of `initial`: a pool's stride follows its size. */
  readonly follows?: string;
  readonly field: Field;
  /** Short label in the inspector. */
  readonly label: string;
  /** One sentence for people who meet the term for the first time. */
  readonly hint: string;
  /** Why the value cannot be used ("must be a whole number from 1 to 4096, got 0"), or undefined when it can. */
  check(value: unknown): string | undefined;
}

const got = (value: unknown): string => `got ${met(value)}`;

function met(value: unknown): string {
  if (typeof value === "string") return `"${value.slice(0, 40)}"`;
  if (typeof value !== "object" || value === null) return String(value);
  if (!Array.isArray(value)) return "an object";
  const shown = value.slice(0, 4).map((it) => (typeof it === "object" && it !== null ? "…" : met(it)));
  return `[${[...shown, ...(value.length > 4 ? ["…"] : [])].join(", ")}]`;
}

const isWhole = (value: unknown, min: number, max: number): boolean =>
  typeof value === "number" && Number.isInteger(value) && min <= value && value <= max;

/** A whole number of things: filters, units, a seed. */
export const whole = (
  initial: number,
  label: string,
  hint: string,
  { min = 1, max = 65_536 }: { min?: number; max?: number } = {},
): Setting<number> => ({
  initial,
  label,
  hint,
  field: { type: "whole", min, max },
  check: (value) =>
    isWhole(value, min, max) ? undefined : `must be a whole number from ${min} to ${max}, ${got(value)}`,
});

/** A real number in a closed interval: a rate, a momentum. */
export const real = (
  initial: number,
  label: string,
  hint: string,
  { min, max, step = 0.01 }: { min: number; max: number; step?: number },
): Setting<number> => ({
  initial,
  label,
  hint,
  field: { type: "real", min, max, step },
  check: (value) =>
    typeof value === "number" && min <= value && value <= max
      ? undefined
      : `must be a number from ${min} to ${max}, ${got(value)}`,
});

/** One number, or `[height, width]`. Rules read it through `pairOf`. */
export const pair = (
  initial: number | readonly [number, number],
  label: string,
  hint: string,
  { min = 1, max = 4096 }: { min?: number; max?: number } = {},
): Setting<number | readonly number[]> => ({
  initial,
  label,
  hint,
  field: { type: "pair", min, max },
  check: (value) =>
    isWhole(value, min, max) ||
    (Array.isArray(value) && value.length === 2 && value.every((it) => isWhole(it, min, max)))
      ? undefined
      : `must be a whole number from ${min} to ${max} or a pair [height, width] of them, ${got(value)}`,
});

/** A list of whole numbers, as long as one of `lengths` says: `[13]`, `[7, 7, 16]`. */
export const sizes = (
  initial: readonly number[],
  lengths: readonly number[],
  label: string,
  hint: string,
  max = 1_000_000,
): Setting<readonly number[]> => ({
  initial,
  label,
  hint,
  field: { type: "sizes", lengths, min: 1, max },
  check: (value) =>
    Array.isArray(value) && lengths.includes(value.length) && value.every((it) => isWhole(it, 1, max))
      ? undefined
      : `must be a list of ${lengths.join(" or ")} whole numbers from 1 to ${max}, ${got(value)}`,
});

/** Pixels at the four sides of an image: one number, or `[top, bottom, left, right]`. */
export const sides = (
  initial: number,
  label: string,
  hint: string,
  max = 4096,
): Setting<number | readonly number[]> => ({
  initial,
  label,
  hint,
  field: { type: "sides", min: 0, max },
  check: (value) =>
    isWhole(value, 0, max) ||
    (Array.isArray(value) && value.length === 4 && value.every((it) => isWhole(it, 0, max)))
      ? undefined
      : `must be a whole number from 0 to ${max} or four of them [top, bottom, left, right], ${got(value)}`,
});

/** `1` and `[1, 1, 2, 2]` both as `[top, bottom, left, right]`. */
export const sidesOf = (value: number | readonly number[]): readonly [number, number, number, number] =>
  typeof value === "number"
    ? [value, value, value, value]
    : [value[0] ?? 0, value[1] ?? 0, value[2] ?? 0, value[3] ?? 0];

/** The cells of a kernel by name or as numbers row by row; `largest` is the most numbers that it may have. */
export const kernelCells = <const T extends string>(
  presets: readonly [T, ...T[]],
  initial: T,
  label: string,
  hint: string,
  largest: number,
): Setting<T | readonly number[]> => ({
  initial,
  label,
  hint,
  field: { type: "kernel", presets, largest },
  check: (value) =>
    presets.some((it) => it === value) ||
    (Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= largest &&
      value.every((it) => typeof it === "number" && Math.abs(it) <= 1e6))
      ? undefined
      : `must be one of ${presets.join(", ")}, or 1 to ${largest} numbers row by row, ${got(value)}`,
});

export const choice = <const T extends string>(
  options: readonly [T, ...T[]],
  initial: T,
  label: string,
  hint: string,
): Setting<T> => ({
  initial,
  label,
  hint,
  field: { type: "choice", options },
  check: (value) =>
    options.some((it) => it === value) ? undefined : `must be one of ${options.join(", ")}, ${got(value)}`,
});

export const flag = (initial: boolean, label: string, hint: string): Setting<boolean> => ({
  initial,
  label,
  hint,
  field: { type: "flag" },
  check: (value) => (typeof value === "boolean" ? undefined : `must be true or false, ${got(value)}`),
});

// biome-ignore lint/suspicious/noExplicitAny: a record of settings of any value type; the narrow type is recovered by ValuesOf.
export type Settings = Readonly<Record<string, Setting<any>>>;
export type ValuesOf<S extends Settings> = { readonly [K in keyof S]: S[K]["initial"] };

/** All settings of a kind: the document's values, and defaults for those that it leaves out. */
export function filled(settings: Settings, values: Values): Values {
  if (Object.keys(values).length > 0) return merged(settings, values);
  // Many layers are as they came: they share one record.
  const known = untouched.get(settings);
  if (known) return known;
  const defaults = merged(settings, values);
  untouched.set(settings, defaults);
  return defaults;
}

const untouched = new WeakMap<Settings, Values>();

function merged(settings: Settings, values: Values): Values {
  const full: Record<string, Value> = {};
  for (const name in settings) {
    const setting = settings[name];
    if (!setting) continue;
    full[name] =
      values[name] ?? (setting.follows ? (full[setting.follows] ?? setting.initial) : setting.initial);
  }
  return full;
}

/** `3` and `[3, 5]` both as `[height, width]`. */
export const pairOf = (value: number | readonly number[]): readonly [number, number] =>
  typeof value === "number" ? [value, value] : [value[0] ?? 1, value[1] ?? value[0] ?? 1];

/** `5×5`, in the field's notation. */
export const showPair = (value: number | readonly number[]): string => pairOf(value).join("×");
