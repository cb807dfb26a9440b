import type { Step } from "../../compile/plan.ts";
import { pairOf, type Value } from "../../nodes/settings.ts";
import { paddingAlong, paddings, span } from "../../nodes/window.ts";
import { bracketed, type Text } from "../layout.ts";

/** Zeros before and behind the rows and the columns. */
export type Zeros = readonly (readonly [before: number, behind: number])[];

/** What a layer with a window puts around its image. */
export function zerosOf({ values, inputs: [image = [1]] }: Step): Zeros {
  const padding = paddings.find((it) => it === values.padding) ?? "valid";
  const sizes = sizesOf(values.kernel ?? values.size);
  const strides = sizesOf(values.stride);
  const gaps = sizesOf(values.dilation);
  return [0, 1].map((axis) =>
    paddingAlong(image[axis] ?? 1, span(sizes[axis] ?? 1, gaps[axis] ?? 1), strides[axis] ?? 1, padding),
  );
}

/** Whether PyTorch's own padding, the same on both sides, can give them. */
export const isEven = (zeros: Zeros): boolean => zeros.every(([before, behind]) => before === behind);

/** The image with zeros around it. */
export const padded = (image: string, [[top, bottom] = [0, 0], [left, right] = [0, 0]]: Zeros): Text =>
  bracketed("F.pad(", [image, `(${left}, ${right}, ${top}, ${bottom})`], ")");

const sizesOf = (value: Value | undefined): readonly number[] =>
  pairOf(typeof value === "object" || typeof value === "number" ? value : 1);
