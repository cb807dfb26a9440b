import type { Step } from "../../compile/plan.ts";
import { isImage } from "../../nodes/shape.ts";

/** A rectangle on an image's front in shares of its height and width: from the top left. */
export interface Patch {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** What a layer's window covers of its input, and what it makes of that in the output; cut off at the borders. */
export interface WindowPair {
  readonly source: Patch;
  readonly target: Patch;
  /** Which of the two is the window; the other is a single value. */
  readonly window: "source" | "target";
}

/**
 * A sliding window and the value it becomes, at the shares `[down, right]` of the image. A layer that enlarges (transposed
 * convolution, upsampling) is shown the other way round: a value of the input and where in the output it goes.
 * Undefined for layers without a window.
 */
export function windowPair(step: Step, at: readonly [number, number]): WindowPair | undefined {
  const { kind, values, inputs, output } = step;
  const [input] = inputs;
  const sight = kind.sight(values, inputs);
  if (typeof sight === "string" || !input || !isImage(input) || !isImage(output)) return undefined;
  const { window, stride, before, zoom = [1, 1] } = sight;
  if (zoom.some((it) => it > 1)) {
    const axis = (which: 0 | 1): readonly [Span, Span] => {
      const value = Math.round(at[which] * (input[which] - 1));
      const start = value * zoom[which] + before[which] - window[which] + 1;
      return [share(value, 1, input[which]), share(start, window[which], output[which])];
    };
    return { ...patches(axis(0), axis(1)), window: "target" };
  }
  // Borders that are added or cut off have no window.
  if (kind.family !== "convolve" && kind.family !== "pool") return undefined;
  const axis = (which: 0 | 1): readonly [Span, Span] => {
    const value = Math.round(at[which] * (output[which] - 1));
    const start = value * stride[which] - before[which];
    return [share(start, window[which], input[which]), share(value, 1, output[which])];
  };
  return { ...patches(axis(0), axis(1)), window: "source" };
}

type Span = readonly [from: number, to: number];

const share = (start: number, length: number, whole: number): Span => [
  Math.max(0, start / whole),
  Math.min(1, (start + length) / whole),
];

const patches = (
  [sourceRows, targetRows]: readonly [Span, Span],
  [sourceColumns, targetColumns]: readonly [Span, Span],
): { readonly source: Patch; readonly target: Patch } => ({
  source: patch(sourceRows, sourceColumns),
  target: patch(targetRows, targetColumns),
});

const patch = ([top, bottom]: Span, [left, right]: Span): Patch => ({ top, left, bottom, right });
