import type { Expression } from "./expression.ts";
import { pairOf, type Settings, type Value, type Values, type ValuesOf } from "./settings.ts";
import type { Image, Shape, Vector } from "./shape.ts";

/** Palette groups, in the order in which they are shown. */
export const families = ["input", "convolve", "pool", "connect", "merge", "shape", "regularise"] as const;
export type Family = (typeof families)[number];

/**
 * A layer constructor call in a target framework. Emitters print it, the tfjs builder applies it. An argument may itself
 * be a call: an initialiser.
 */
export interface Call {
  readonly fn: string;
  readonly args: Readonly<Record<string, Value | Call>>;
}
export const call = (fn: string, args: Call["args"] = {}): Call => ({ fn, args });

/** Whether an argument is a call and not a value. */
export const isCall = (argument: Value | Call): argument is Call =>
  typeof argument === "object" && "fn" in argument;

/** A call's `[height, width]`, or one number for both. */
export const both = (argument: Call["args"][string] | undefined): [number, number] => {
  if (typeof argument === "number") return [argument, argument];
  if (!Array.isArray(argument)) throw new Error("A layer's size is neither a number nor a pair.");
  const [height, width] = pairOf(argument);
  return [height, width];
};

/**
 * What one node becomes in each target: calls applied one after the other.
 * Keras names are those of Keras 3; the R emitter derives `layer_conv_2d` and friends from them.
 * A kind that a framework lacks is named here all the same and is defined by the builder or the emitted program:
 * `LocallyConnected2D`, `ShufflePixels`, and the initialiser `Stencil`.
 */
export interface Calls {
  readonly tfjs: readonly Call[];
  readonly keras: readonly Call[];
}

export type WeightName =
  | "kernel"
  | "depthwise_kernel"
  | "pointwise_kernel"
  | "bias"
  | "gamma"
  | "beta"
  | "moving_mean"
  | "moving_variance";

/**
 * One stored array of a layer, in Keras' order and axis order: kernels (height, width, in, out), transposed convolution
 * (height, width, out, in), depthwise (height, width, in, multiplier), dense (in, out), locally connected (row, column,
 * height, width, in, out) with a bias (row, column, out).
 */
export interface Weight {
  readonly name: WeightName;
  readonly shape: readonly number[];
  /** What each axis counts, for derivations: "kernel height", "filters". */
  readonly axes: readonly string[];
  /** learned: by gradient. frozen: could be, but is not. state: moving statistics, stored but never learned. */
  readonly role: "learned" | "frozen" | "state";
  /** Glorot & Bengio 2010 uniform, as in Keras; a constant; or one small kernel that is given. */
  readonly initial: "glorotUniform" | "zeros" | "ones" | Stencil;
}

/** A given kernel, `height · width` numbers row by row, put into all kernels of a convolution. */
export interface Stencil {
  readonly cells: readonly number[];
  /** sum: every filter applies it to each channel and adds up. channel: filter i sees channel i mod channels alone. */
  readonly across: "sum" | "channel";
}

/**
 * Which input positions one output position looks at, per axis [height, width]: of a grid `zoom` times as fine as the
 * input (1 for all but upsampling), output i sees the cells from i · stride − before to i · stride − before + window − 1,
 * that is the inputs from ⌈(i · stride − before) / zoom⌉ to ⌊(i · stride − before + window − 1) / zoom⌋.
 * A transposed convolution is a window over an input spread by zeros. `everything` for dense and global layers.
 */
export type Sight = "same position" | "everything" | WindowSight;
export interface WindowSight {
  readonly window: readonly [number, number];
  readonly stride: readonly [number, number];
  /** Cells by which the first window reaches out of the input at the top and at the left; negative when it starts inside. */
  readonly before: readonly [number, number];
  readonly zoom?: readonly [number, number];
  /** Of the window's cells every so many-th is looked at, from the first on: a dilation. 1 when left out; never with zoom. */
  readonly every?: readonly [number, number];
}

/**
 * Arithmetic of one example. Multiply-adds (`macs`): products that are summed up, in convolutions and dense layers only,
 * as Keras-style tools count them; cells of a window that lie in the padding count too. `additions`: sums of two numbers
 * outside of those (bias, add, means, shifts). `comparisons`: of two numbers (maxima, ReLU). Scalings, divisions and
 * functions like exp are not counted.
 */
export interface Work {
  readonly macs?: Expression;
  readonly additions?: Expression;
  readonly comparisons?: Expression;
}

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
export type RefusalCode = "window-too-large" | "empty-shape" | "merge-mismatch" | "settings-clash";

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

/** Sizes of an output shape, one per axis: a number that is taken over as it is, or how it is worked out. */
export type Sizes = readonly (number | Expression)[];

interface Rules<V, I> {
  /** Output shape for one example, one or three sizes, or why there is none. */
  shape(values: V, inputs: I): Sizes | Refusal;
  /** Every stored array of the layer; empty for layers without weights. */
  weights(values: V, inputs: I): readonly Weight[];
  work(values: V, inputs: I, output: Shape): Work;
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

type Optional = "weights" | "work" | "sight" | "notation";
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
  work: () => ({}),
  sight: () => "same position",
  notation: () => "",
};
