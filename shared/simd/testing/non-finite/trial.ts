import * as tf from "@tensorflow/tfjs-core";
import type { SimdBackend } from "../../backend.ts";
import type { Kernel } from "../../kernels/protocol.ts";
import { Dice, type Input } from "../agreement.ts";
import { type Arrays, onEveryPool } from "../arrays.ts";

type Inputs<Name extends string> = Readonly<Record<Name, Input>>;
type Results = readonly ArrayLike<number>[];

/** A launch of kernels, and what must come of it. */
export interface Trial<Name extends string> {
  readonly what: string;
  /** Finite numbers; NaN and infinity are put into their midst, one at a time. */
  readonly inputs: Inputs<Name>;
  /** Lengths of the arrays for the results. */
  readonly results: readonly number[];
  /** Inputs and results by address. An input that the kernel changes is a result as well if its name is in `changes`. */
  readonly run: (
    backend: SimdBackend,
    inputs: Readonly<Record<Name, number>>,
    results: readonly number[],
    arrays: Arrays,
  ) => void;
  readonly changes?: readonly NoInfer<Name>[];
  /** What tfjs's cpu kernels give, or the definition's where they have none or are wrong; results, then changed inputs. */
  readonly expected: (inputs: Inputs<Name>) => Results;
  /**
   * Where a number of an input may do more harm than it must: there a finite number may be NaN or infinite, and an
   * infinite one NaN. For ∞ − ∞ and 0 · ∞ on the way to a result that another order of the same sums would not meet.
   */
  readonly spreads?: { readonly [name in Name]?: (place: number, at: number, result: number) => boolean };
}

/** Runs a trial with NaN, ∞ and −∞ at some places of every input; answers what went wrong. */
export type Check = (pools: readonly SimdBackend[]) => readonly string[];
export type KernelName = keyof typeof Kernel;
export type Checks = readonly Check[];

const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
/** Relative to a result's largest finite number, or to 1. */
const tolerance = 1e-5;

export const trial =
  <Name extends string>(given: Trial<Name>): Check =>
  (pools) => {
    const dice = new Dice(1);
    const wrong = once(pools, given, given.inputs, () => false).map((it) => `${given.what}: ${it}`);
    for (const name of namesOf(given.inputs))
      for (const place of placesOf(given.inputs[name], dice))
        for (const value of special) {
          const { shape, values } = given.inputs[name];
          const inputs = { ...given.inputs, [name]: { shape, values: values.with(place, value) } };
          const spreads = given.spreads?.[name];
          const found = once(pools, given, inputs, (at, result) => spreads?.(place, at, result) ?? false);
          wrong.push(...found.map((it) => `${given.what}, ${value} at ${name}[${place}]: ${it}`));
        }
    return wrong;
  };

/** The corners, which the fewest windows reach, the last of them behind the last whole vector, and others. */
function placesOf({ values }: Input, dice: Dice): readonly number[] {
  const last = values.length - 1;
  return [...new Set([0, last, dice.whole(0, last), dice.whole(0, last)])];
}

function once<Name extends string>(
  pools: readonly SimdBackend[],
  { results, run, changes = [], expected }: Trial<Name>,
  inputs: Inputs<Name>,
  mayBeWorse: (at: number, result: number) => boolean,
): readonly string[] {
  const actual = onEveryPool(pools, (backend, arrays) => {
    const at = mapped(inputs, (it) => arrays.put(it.values));
    const out = results.map((it) => arrays.empty(it));
    run(backend, at, out, arrays);
    return [...out, ...changes.map((it) => at[it])].map((it) => arrays.get(it));
  });
  const wanted = expected(inputs);
  if (wanted.length !== actual.length) return [`${actual.length} results, not ${wanted.length}`];
  return wanted.flatMap((it, result) =>
    differences(Array.from(it), Array.from(actual[result] ?? []), (at) => mayBeWorse(at, result)).map(
      (difference) => `result ${result}${difference}`,
    ),
  );
}

function differences(
  wanted: readonly number[],
  actual: readonly number[],
  mayBeWorse: (at: number) => boolean,
): readonly string[] {
  if (wanted.length !== actual.length) return [` has ${actual.length} numbers, not ${wanted.length}`];
  const scale = wanted.reduce((most, it) => (Number.isFinite(it) ? Math.max(most, Math.abs(it)) : most), 1);
  // Where 0 is wanted, what is smaller than any error of a sum has escaped from being dropped.
  const escaped = (it: number, found: number): boolean => it === 0 && found !== 0 && Math.abs(found) < 1e-30;
  const alike = (it: number, found: number): boolean =>
    Object.is(it, found) || (Math.abs(it - found) <= tolerance * scale && !escaped(it, found));
  return wanted.flatMap((it, at) => {
    const found = actual[at] ?? 0;
    if (alike(it, found) || (mayBeWorse(at) && !Number.isFinite(found))) return [];
    return [`[${at}] is ${found}, not ${it}`];
  });
}

const namesOf = <Name extends string>(record: Readonly<Record<Name, unknown>>): Name[] =>
  Object.keys(record) as Name[];

const mapped = <Name extends string, T>(inputs: Inputs<Name>, make: (input: Input) => T): Record<Name, T> =>
  Object.fromEntries(namesOf(inputs).map((name) => [name, make(inputs[name])])) as Record<Name, T>;

/** What tfjs makes of the inputs; the current backend must be `cpu`. */
export const onCpu =
  <Name extends string>(
    compute: (tensors: Readonly<Record<Name, tf.Tensor>>) => tf.Tensor | readonly tf.Tensor[],
  ) =>
  (inputs: Inputs<Name>): Results =>
    tf.tidy(() =>
      [compute(mapped(inputs, ({ values, shape }) => tf.tensor([...values], [...shape])))]
        .flat()
        .map((it) => it.dataSync()),
    );

/** A kernel of tfjs by its name in the registry. */
export const kernel = (
  name: string,
  inputs: tf.NamedTensorMap,
  attributes: tf.NamedAttrMap = {},
): tf.Tensor => tf.engine().runKernel<tf.Tensor>(name, inputs, attributes);

const dice = new Dice(3);
/** Numbers between −1 and 1. */
export const draw = (...shape: readonly number[]): Input => dice.input(shape);
export function positive(...shape: readonly number[]): Input {
  return { shape, values: draw(...shape).values.map((it) => Math.abs(it) + 0.1) };
}

/** An array of whole numbers, by address. */
export const whole = (arrays: Arrays, ...values: readonly number[]): number =>
  arrays.put(new Float32Array(Int32Array.from(values).buffer));

/** Whether a place of an input and one of a result belong to the same image, channel, row … */
export const within =
  (ofInput: (place: number) => number, ofResult: (at: number) => number = ofInput) =>
  (place: number, at: number): boolean =>
    ofInput(place) === ofResult(at);
/** In arrays of items of this size, one after the other. */
export const item =
  (size: number) =>
  (place: number): number =>
    Math.floor(place / size);
/** In arrays whose last axis has this length. */
export const channel =
  (channels: number) =>
  (place: number): number =>
    place % channels;
