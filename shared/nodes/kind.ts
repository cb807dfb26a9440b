import type { Settings, Value, Values, ValuesOf } from "./settings.ts";
import type { Image, Shape, Vector } from "./shape.ts";

/** Palette groups, in the order in which they are shown. */
export const families = ["input", "convolve", "pool", "connect", "merge", "shape", "regularise"] as const;
export type Family = (typeof families)[number];

/** A layer constructor call in a target framework. Emitters print it, the tfjs builder applies it. */
export interface Call {
  readonly fn: string;
  readonly args: Readonly<Record<string, Value>>;
}
export const call = (fn: string, args: Call["args"] = {}): Call => ({ fn, args });

/**
 * What one node becomes in each target: calls applied one after the other.
 * Keras names are those of Keras 3; the R emitter derives `layer_conv_2d` and friends from them.
 * A kind that a framework lacks is named here all the same and is defined by the builder or the emitted program.
 */
export interface Calls {
  readonly tfjs: readonly Call[];
  readonly keras: readonly Call[];
}

/** One stored array of a layer, in Keras' order and axis order (kernels: height, width, in, out; dense: in, out). */
export interface Weight {
  readonly name: "kernel" | "bias" | "gamma" | "beta" | "moving_mean" | "moving_variance";
  readonly shape: readonly number[];
  /** Whether training may change it by gradient. Moving statistics are stored but never learned. */
  readonly learns: boolean;
  /** Glorot & Bengio 2010 uniform, as in Keras, or a constant. */
  readonly initial: "glorotUniform" | "zeros" | "ones";
}

/** Which input positions one output position looks at, per axis [height, width]. `everything` for dense and global layers. */
export type Sight =
  | "same position"
  | "everything"
  | {
      readonly window: readonly [number, number];
      readonly stride: readonly [number, number];
    };

/** A change of the node's own settings that would make a refused rule work. */
export interface SettingsRepair {
  readonly title: string;
  readonly set: Values;
}

/** A rule's way to say no. The compiler turns it into a problem on the node. */
export interface Refusal {
  readonly refused: string;
  readonly code: RefusalCode;
  readonly repairs: readonly SettingsRepair[];
}
export type RefusalCode = "window-too-large" | "merge-mismatch" | "settings-clash";

export const refuse = (
  code: RefusalCode,
  refused: string,
  repairs: readonly SettingsRepair[] = [],
): Refusal => ({
  refused,
  code,
  repairs,
});
export const isRefusal = (it: object): it is Refusal => "refused" in it;

/** What arrives at a kind's input side. The compiler checks it, so that no rule has to. */
export interface Inputs {
  nothing: readonly [];
  image: readonly [Image];
  vector: readonly [Vector];
  any: readonly [Shape];
  /** Two or more inputs of one rank, in slot order. */
  several: readonly Shape[];
}

interface Rules<V, I> {
  /** Output shape for one example, or why there is none. */
  shape(values: V, inputs: I): Shape | Refusal;
  /** Every stored array of the layer; empty for layers without weights. */
  weights(values: V, inputs: I): readonly Weight[];
  /** Multiply-adds of one example: convolutions and dense layers only, as Keras-style tools count them. */
  macs(values: V, inputs: I, output: Shape): number;
  sight(values: V, inputs: I): Sight;
  calls(values: V, inputs: I): Calls;
  /** The settings in the field's notation, e.g. `8 · 5×5 · same · relu`; empty when there is nothing to say. */
  notation(values: V): string;
}

/** Everything the app knows about one kind of layer. */
export interface Kind extends Rules<Values, readonly Shape[]> {
  readonly name: string;
  /** Title on the card: `Conv 2D`. */
  readonly title: string;
  readonly family: Family;
  /** One sentence for the palette: what the layer does. */
  readonly summary: string;
  readonly takes: keyof Inputs;
  readonly settings: Settings;
}

type Optional = "weights" | "macs" | "sight" | "notation";
type Written<S extends Settings, T extends keyof Inputs> = Omit<
  Kind,
  keyof Rules<never, never> | "takes" | "settings"
> &
  Omit<Rules<ValuesOf<S>, Inputs[T]>, Optional> &
  Partial<Pick<Rules<ValuesOf<S>, Inputs[T]>, Optional>> & { readonly takes: T; readonly settings: S };

/**
 * Lets a kind's rules see its own settings and inputs by type, then forgets those types: the registry is a list of
 * plain Kinds. The forgetting is sound only because the compiler checks values and inputs before it calls a rule.
 */
export const defineKind = <const S extends Settings, T extends keyof Inputs>(
  written: Written<S, T>,
): Kind => {
  const kind = { ...withoutWeights, ...written };
  return kind as Kind;
};

const withoutWeights: Pick<Kind, Optional> = {
  weights: () => [],
  macs: () => 0,
  sight: () => "same position",
  notation: () => "",
};
