import { type Expression, minus, number, sum, worth } from "./expression.ts";
import { call, defineKind, refuse } from "./kind.ts";
import { sides, sidesOf } from "./settings.ts";
import { show } from "./shape.ts";

/** Keras' and tfjs' way to write it: [[top, bottom], [left, right]], flat in our document. */
const notated = (amount: number | readonly number[]): string => {
  const all = sidesOf(amount);
  return all.every((it) => it === all[0]) ? String(all[0]) : all.join(" ");
};

const amountNames = ["top", "bottom", "left", "right"] as const;
const named = (
  amount: number | readonly number[],
): readonly [Expression, Expression, Expression, Expression] => {
  const [top, bottom, left, right] = sidesOf(amount);
  return [
    number(top, amountNames[0]),
    number(bottom, amountNames[1]),
    number(left, amountNames[2]),
    number(right, amountNames[3]),
  ];
};

export const zeroPad2d = defineKind({
  name: "zeroPad2d",
  title: "Zero Pad 2D",
  family: "shape",
  summary: "Puts rows and columns of zeros around the image.",
  takes: "image",
  settings: {
    amount: sides(1, "Amount", "Zeros at each side: one number, or top, bottom, left, right."),
  },
  shape({ amount }, [[height, width, channels]]) {
    const [top, bottom, left, right] = named(amount);
    return [
      sum(number(height, "input height"), top, bottom),
      sum(number(width, "input width"), left, right),
      channels,
    ];
  },
  sight({ amount }) {
    const [top, , left] = sidesOf(amount);
    return { window: [1, 1], stride: [1, 1], before: [top, left] };
  },
  notation: ({ amount }) => notated(amount),
  calls: ({ amount }) => ({
    tfjs: [call("zeroPadding2d", { padding: sidesOf(amount) })],
    keras: [call("ZeroPadding2D", { padding: sidesOf(amount) })],
  }),
});

export const crop2d = defineKind({
  name: "crop2d",
  title: "Crop 2D",
  family: "shape",
  summary: "Cuts rows and columns off the image's sides.",
  takes: "image",
  settings: {
    amount: sides(1, "Amount", "Pixels cut off at each side: one number, or top, bottom, left, right."),
  },
  shape({ amount }, [image]) {
    const [top, bottom, left, right] = named(amount);
    const height = minus(minus(number(image[0], "input height"), top), bottom);
    const width = minus(minus(number(image[1], "input width"), left), right);
    if (worth(height) >= 1 && worth(width) >= 1) return [height, width, image[2]];
    return refuse("empty-shape", `Cutting ${notated(amount)} off ${show(image)} leaves nothing.`, [
      { title: "Cut nothing", set: { amount: 0 } },
    ]);
  },
  sight({ amount }) {
    const [top, , left] = sidesOf(amount);
    return { window: [1, 1], stride: [1, 1], before: [-top, -left] };
  },
  notation: ({ amount }) => notated(amount),
  calls: ({ amount }) => ({
    tfjs: [call("cropping2D", { cropping: sidesOf(amount) })],
    keras: [call("Cropping2D", { cropping: sidesOf(amount) })],
  }),
});
