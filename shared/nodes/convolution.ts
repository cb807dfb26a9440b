import { type Call, call, type Refusal, refuse, type Stencil } from "./kind.ts";
import { type PresetKernel, presetCells, presetKernels } from "./preset-kernels.ts";
import { choice, kernelCells, pair, pairOf, showPair } from "./settings.ts";

/** What the layers that slide kernels over an image have in common. */

/** Most cells that a typed kernel may have: 31×31. */
const mostCells = 961;

export const kernelSetting = pair(3, "Kernel", "Height and width of each kernel in pixels.");
export const strideSetting = pair(1, "Stride", "Pixels from one kernel position to the next.");

export const weightsSetting = kernelCells(
  ["learned", ...presetKernels],
  "learned",
  "Weights",
  "learned: starts random. Or a kernel by name, or its numbers, laid on the image as written, without a flip; it stays so when Trainable is off.",
  mostCells,
);

export const acrossSetting = choice(
  ["sum", "channel"],
  "sum",
  "Given weights apply to",
  "sum: every filter lays the kernel on all channels and adds up. channel: filter 1 sees channel 1 alone, filter 2 channel 2, and so on.",
);

interface Given {
  readonly kernel: number | readonly number[];
  readonly weights: "learned" | PresetKernel | readonly number[];
  readonly across: Stencil["across"];
  readonly filters: number;
}

/** Why a given kernel does not fit the layer's size and channels; undefined when it fits or is learned. */
export function stencilRefusal(
  { kernel, weights, across, filters }: Given,
  channels: number,
): Refusal | undefined {
  if (weights === "learned") return undefined;
  const [height, width] = pairOf(kernel);
  const learned = { title: "Learn the weights", set: { weights: "learned" } };
  if (typeof weights === "string") {
    if (!presetCells(weights, [height, width]))
      return refuse("settings-clash", `There is no ${weights} kernel of ${showPair(kernel)}.`, [
        { title: "Set the kernel to 3×3", set: { kernel: 3 } },
        learned,
      ]);
  } else if (weights.length !== height * width) {
    const side = Math.sqrt(weights.length);
    return refuse(
      "settings-clash",
      `A ${showPair(kernel)} kernel has ${height * width} cells, ${weights.length} are given.`,
      [
        ...(Number.isInteger(side)
          ? [{ title: `Set the kernel to ${side}×${side}`, set: { kernel: side } }]
          : []),
        learned,
      ],
    );
  }
  // A filter more than channels would repeat the first one, and one less would leave a channel out.
  if (across === "sum" || filters % channels === 0) return undefined;
  return refuse(
    "settings-clash",
    `One filter per channel needs ${channels} filters or a multiple of it, got ${filters}.`,
    [
      { title: `Set filters to ${channels}`, set: { filters: channels } },
      { title: "Apply the kernel over the sum of channels", set: { across: "sum" } },
    ],
  );
}

/** The given kernel, or undefined where it is learned. */
export function stencilOf({ kernel, weights, across }: Omit<Given, "filters">): Stencil | undefined {
  if (weights === "learned") return undefined;
  const cells = typeof weights === "string" ? presetCells(weights, pairOf(kernel)) : weights;
  return cells && { cells, across };
}

/** The initialiser of a given kernel as an argument of a Keras layer; nothing where it is learned. */
export const stencilArgument = (
  given: Omit<Given, "filters">,
  argument = "kernel_initializer",
): Call["args"] => {
  const stencil = stencilOf(given);
  return stencil ? { [argument]: call("Stencil", { cells: stencil.cells, across: stencil.across }) } : {};
};

/** What a preset or typed kernel adds to a card's line. */
export const stencilNotation = (weights: Given["weights"]): readonly string[] =>
  weights === "learned" ? [] : [typeof weights === "string" ? inWords(weights) : "given weights"];

/** `sobel horizontal`. */
const inWords = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Keras' depthwise layers refuse strides that differ, so that their programs would not run. */
export function evenStride(stride: number | readonly number[], title: string): Refusal | undefined {
  const [down, right] = pairOf(stride);
  if (down === right) return undefined;
  return refuse("settings-clash", `${title} needs one stride for both axes, got ${showPair(stride)}.`, [
    { title: `Set stride to ${down}`, set: { stride: down } },
    { title: `Set stride to ${right}`, set: { stride: right } },
  ]);
}

/** Arguments that both targets' constructors have, under their names in each. */
export const slidingArguments = (
  target: "tfjs" | "keras",
  {
    kernel,
    stride,
    padding,
    bias,
    trainable,
  }: {
    readonly kernel: number | readonly number[];
    readonly stride: number | readonly number[];
    readonly padding: string;
    readonly bias: boolean;
    readonly trainable: boolean;
  },
): Call["args"] =>
  target === "tfjs"
    ? { kernelSize: pairOf(kernel), strides: pairOf(stride), padding, useBias: bias, trainable }
    : {
        kernel_size: pairOf(kernel),
        ...(showPair(stride) === "1×1" ? {} : { strides: pairOf(stride) }),
        padding,
        ...(bias ? {} : { use_bias: false }),
        ...(trainable ? {} : { trainable: false }),
      };
