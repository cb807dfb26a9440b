import { pairOf, showPair, type Value } from "../../nodes/settings.ts";
import { isImage, show } from "../../nodes/shape.ts";
import { paddingAlong, span } from "../../nodes/window.ts";
import type { Step } from "../plan.ts";
import { change, remove } from "../repairs/edits.ts";
import { defineRule, type Found, type Reading } from "./rule.ts";

type Pair = readonly [number, number];

const pairIn = (value: Value | undefined, otherwise = 1): Pair =>
  typeof value === "number" || (typeof value === "object" && value.length)
    ? pairOf(value)
    : [otherwise, otherwise];

/** The setting that holds the window of a convolution or of a pooling layer. */
const windowSetting = ({ kind }: Step): "kernel" | "size" | undefined =>
  "kernel" in kind.settings
    ? "kernel"
    : kind.family === "pool" && "size" in kind.settings
      ? "size"
      : undefined;

const asSetting = ([height, width]: Pair): number | readonly number[] =>
  height === width ? height : [height, width];

const isPixel = (shape: readonly number[] | undefined): boolean =>
  shape?.length === 3 && shape[0] === 1 && shape[1] === 1;

export const shrunkMap = defineRule({
  code: "shrunk-map",
  why: "A convolution looks for patterns of neighbouring pixels. On a map of one pixel there are none: all cells of its kernels but one meet only padding.",
  find: (reading) =>
    reading.plan.steps.flatMap((step): readonly Found[] => {
      const { kind, node, inputs, values } = step;
      if (kind.family !== "convolve" || kind.name === "conv2dTranspose") return [];
      if (!isPixel(inputs[0]) || showPair(pairIn(values.kernel)) === "1×1") return [];
      const cause = shrinking(reading, step);
      if (!cause) return [];
      const { id } = cause.node;
      return [
        {
          nodes: [node.id, id],
          message: `${node.id} slides ${showPair(pairIn(values.kernel))} kernels over a map of ${show(inputs[0] ?? [])}: ${id} has shrunk it from ${show(cause.inputs[0] ?? [])}.`,
          candidates: () => [
            ...(cause.kind.family === "pool" ? [remove(id)] : []),
            ...("padding" in cause.kind.settings
              ? [change(id, { padding: "same" }, `Set padding of ${id} to same`)]
              : []),
            ...("stride" in cause.kind.settings
              ? [change(id, { stride: 1 }, `Set stride of ${id} to 1`)]
              : []),
            change(node.id, { kernel: 1 }, `Set the kernel of ${node.id} to 1×1`),
          ],
        },
      ];
    }),
});

/** The window before a layer that made the map one pixel; global pooling and Reshape mean to. */
function shrinking(reading: Reading, step: Step): Step | undefined {
  let at = reading.before(step);
  while (at && isPixel(at.inputs[0])) at = reading.before(at);
  return at && windowSetting(at) && isPixel(at.output) ? at : undefined;
}

export const skippedPixels = defineRule({
  code: "skipped-pixels",
  why: "A window that jumps further than it is wide passes over pixels between its places: what is only there cannot be seen.",
  find: (reading) =>
    reading.plan.steps.flatMap((step): readonly Found[] => {
      const { node, values, output, kind } = step;
      const setting = windowSetting(step);
      if (!setting || !("stride" in values) || !isImage(output)) return [];
      const size = pairIn(values[setting]);
      const reach = [0, 1].map((axis) => span(size[axis] ?? 1, pairIn(values.dilation)[axis] ?? 1));
      const stride = pairIn(values.stride);
      const isGap = (axis: 0 | 1): boolean => stride[axis] > (reach[axis] ?? 1) && output[axis] > 1;
      if ((!isGap(0) && !isGap(1)) || isShortcut(reading, step, size)) return [];
      const kept = ([0, 1] as const).map((axis) => (isGap(axis) ? (reach[axis] ?? 1) / stride[axis] : 1));
      const lost = Math.round(100 * (1 - (kept[0] ?? 1) * (kept[1] ?? 1)));
      const narrow: Pair = [Math.min(stride[0], size[0]), Math.min(stride[1], size[1])];
      const wide: Pair = [Math.max(stride[0], size[0]), Math.max(stride[1], size[1])];
      return [
        {
          nodes: [node.id],
          message:
            kind.name === "conv2dTranspose"
              ? `${node.id} paints ${showPair(size)} kernels ${showPair(stride)} pixels apart: ${lost} % of the pixels between them stay empty.`
              : `${node.id} moves its ${showPair(size)} window by ${showPair(stride)} pixels: ${lost} % of the pixels are never looked at.`,
          candidates: () => [
            change(node.id, { [setting]: asSetting(wide) }, `Set the ${setting} to ${showPair(wide)}`),
            change(node.id, { stride: asSetting(narrow) }, `Set stride to ${showPair(narrow)}`),
          ],
        },
      ];
    }),
});

/** Residual networks bring the skipped branch to the other one's size by a 1×1 convolution with stride; that is as meant. */
function isShortcut({ readers }: Reading, step: Step, size: Pair): boolean {
  if (showPair(size) !== "1×1" || step.kind.family !== "convolve") return false;
  const direct = readers(step);
  return [...direct, ...direct.flatMap(readers)].some((it) => it.kind.family === "merge");
}

export const evenKernel = defineRule({
  code: "even-kernel",
  why: "A kernel of even size has no middle cell, so same padding adds more on one side and every such layer moves the map by half a pixel. That is why kernels are 3×3 or 5×5.",
  find: ({ plan }) =>
    plan.steps.flatMap((step): readonly Found[] => {
      const { node, kind, values, inputs } = step;
      const [image] = inputs;
      if (kind.family !== "convolve" || kind.name === "conv2dTranspose" || !image || !isImage(image))
        return [];
      if (values.padding !== "same" || showPair(pairIn(values.stride)) !== "1×1") return [];
      if ("weights" in values && values.weights !== "learned") return [];
      const size = pairIn(values.kernel);
      const gaps = pairIn(values.dilation);
      const isOdd = ([0, 1] as const).some((axis) => {
        const [before, after] = paddingAlong(image[axis], span(size[axis], gaps[axis]), 1, "same");
        return before !== after;
      });
      if (!isOdd) return [];
      const larger: Pair = [size[0] + 1 - (size[0] % 2), size[1] + 1 - (size[1] % 2)];
      const smaller: Pair = [size[0] - 1 + (size[0] % 2), size[1] - 1 + (size[1] % 2)];
      return [
        {
          nodes: [node.id],
          message: `${node.id} has ${showPair(size)} kernels with same padding: they cannot be padded alike on both sides.`,
          candidates: () =>
            [larger, smaller].map((it) =>
              change(node.id, { kernel: asSetting(it) }, `Set the kernel to ${showPair(it)}`),
            ),
        },
      ];
    }),
});
