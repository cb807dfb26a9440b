import type { KindName } from "../../nodes/index.ts";
import type { Value } from "../../nodes/settings.ts";
import type { Flow } from "./flow.ts";
import type { Operation } from "./messages.ts";
import type { OwnLayer } from "./own.ts";
import type { Layer } from "./sketch.ts";
import type { Known } from "./tensor.ts";

/** Where one operator is read. */
export interface Site {
  readonly operation: Operation;
  /** Version of the standard operators, 7 to 22. */
  readonly opset: number;
  /** The layer that the operator belongs to, in files of our own. */
  readonly own: OwnLayer | undefined;
  has(slot: number): boolean;
  /** What flows into a slot; a gap where it is an array or where nothing is known of it. */
  flow(slot: number): Flow;
  /** The numbers that are known of a slot; undefined where a flow comes in, or nothing. */
  known(slot: number): Known | undefined;
  /**
   * Whether the operator may be drawn together with the layer that feeds this slot: nothing else takes what the layer
   * gives, and in files of our own both have the layer's name.
   */
  continues(slot: number): boolean;
  /** Whether what these layers give, each fed by the next, comes to this slot and goes nowhere else. */
  feedsOnly(slot: number, layers: readonly Layer[]): boolean;
  /** Adds a layer, named after the operator; a gap where our kind refuses it. */
  place(
    kind: KindName,
    values: Readonly<Record<string, Value>>,
    inputs: readonly Flow[],
    more?: Placing,
  ): Layer;
  /** One more source for a layer that nothing else is fed by. */
  join(layer: Layer, flow: Flow): void;
  /** The operator is a part of a layer, or vanishes where `layer` is left out; `differs` as in the report. */
  note(words: string, layer?: Layer, differs?: boolean): void;
}

export interface Placing {
  readonly arrays?: Layer["arrays"];
  /** Follows the operator's name where it needs more than one layer. */
  readonly suffix?: string;
}

/** Reads one operator; answers what it gives. */
export type Reader = (site: Site) => Flow;
export type Readers = Readonly<Record<string, Reader>>;

/** Carries the reason out of a reader; `trace.ts` leaves the gap. */
export class Gap extends Error {}

/** The operator has no counterpart, says this sentence. */
export function gap(words: string): never {
  throw new Gap(words);
}

export const whole = ({ operation }: Site, name: string, otherwise: number): number =>
  operation.attributes.get(name)?.whole ?? otherwise;
export const real = ({ operation }: Site, name: string, otherwise: number): number =>
  operation.attributes.get(name)?.real ?? otherwise;
export const text = ({ operation }: Site, name: string, otherwise: string): string =>
  operation.attributes.get(name)?.text ?? otherwise;
/** A list of whole numbers; undefined where the attribute is left out. */
export const wholes = ({ operation }: Site, name: string): readonly number[] | undefined =>
  operation.attributes.get(name)?.wholes;

/** An array that the layer cannot do without. */
export function arrayAt(site: Site, slot: number, words: string): Known {
  return (
    site.known(slot) ?? gap(`Its ${words} is worked out from the examples; a layer's are fixed numbers.`)
  );
}

/** An axis counted from the end when negative. */
export const axisOf = (axis: number, count: number): number => (axis < 0 ? axis + count : axis);

/** The decimal number with the fewest digits that is this one as a float32: 0.00001 and not 0.000009999999747. */
export function shortest(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return value;
}
