import type { Changes } from "../../graph/values.ts";
import type { KindName } from "../../nodes/index.ts";
import type { WeightName } from "../../nodes/kind.ts";
import type { Shape } from "../../nodes/shape.ts";
import type { Settings } from "./fields.ts";

/** Whose rules a file follows where they differ. */
export type Dialect = "keras" | "tfjs";

/** What a layer becomes: nodes one after the other, a gap, or nothing because it does nothing outside of training. */
export type Part = Placed | { readonly gap: string } | { readonly passes: string };

export interface Placed {
  readonly kind: KindName;
  readonly values?: Changes;
  /** Other names of our arrays in the file, tried after our own. */
  readonly names?: Readonly<Partial<Record<WeightName, readonly string[]>>>;
  /** The arrays lie in the same order in another shape. */
  readonly reshaped?: boolean;
  readonly differs?: string | undefined;
}

/** A layer where it stands. */
export interface Met {
  readonly settings: Settings;
  /** What comes in; undefined behind gaps. */
  readonly shapes: readonly (Shape | undefined)[];
  /** Whether what comes in has no axis of channels in the file. */
  readonly lacksChannels: boolean;
  readonly dialect: Dialect;
  /** The shape of one of the layer's arrays, where the file has it. */
  arrayShape(name: string): readonly number[] | undefined;
}

export type Translate = (met: Met) => readonly Part[];

export const gap = (words: string): readonly Part[] => [{ gap: words }];

/** Several differences in one sentence each; undefined where there are none. */
export const together = (...differs: readonly (string | undefined)[]): string | undefined =>
  differs.filter(Boolean).join(" ") || undefined;
