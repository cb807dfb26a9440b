import { type Expression, floor, minus, number, over, product, sum, worth } from "./expression.ts";
import { type Refusal, refuse, type SettingsRepair, type WindowSight } from "./kind.ts";
import { choice, pairOf, showPair } from "./settings.ts";
import { type Image, show } from "./shape.ts";

export const paddings = ["same", "valid"] as const;
export type Padding = (typeof paddings)[number];

export const paddingSetting = (initial: Padding) =>
  choice(
    paddings,
    initial,
    "Padding",
    "same: zeros around the border keep the size (at stride 1). valid: only positions where the whole window fits.",
  );

/** A sliding window along both axes. `dilation` spreads the window's cells apart. */
export interface Window {
  readonly size: number | readonly number[];
  readonly stride: number | readonly number[];
  readonly padding: Padding;
  readonly dilation?: number | readonly number[];
}

/** Cells that a dilated window spans: (window − 1) · dilation + 1. */
export const span = (window: number, dilation: number): number => (window - 1) * dilation + 1;

/**
 * Zeros before and behind one axis. same: so many that ⌈length / stride⌉ windows fit, the odd one behind, as in
 * TensorFlow (`tf.nn.convolution`, "SAME"); valid: none.
 */
export function paddingAlong(
  length: number,
  window: number,
  stride: number,
  padding: Padding,
): readonly [before: number, behind: number] {
  if (padding === "valid") return [0, 0];
  const total = Math.max((Math.ceil(length / stride) - 1) * stride + window - length, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** How many places a window can stand along one axis: ⌊(n + 2p − k) / s⌋ + 1 (Dumoulin & Visin 2016, section 2.4). */
function places(
  length: number,
  window: number,
  dilation: number,
  stride: number,
  padding: Padding,
  axis: "height" | "width",
): Expression {
  const wide = span(window, dilation);
  const [before, behind] = paddingAlong(length, wide, stride, padding);
  const zeros =
    before === behind
      ? [product(number(2, "2"), number(before, "padding"))]
      : [number(before, "padding before"), number(behind, "padding behind")];
  const size = number(window, `window ${axis}`);
  const one = number(1, "1");
  const reach = dilation === 1 ? size : sum(product(minus(size, one), number(dilation, "dilation")), one);
  const free = minus(sum(number(length, `input ${axis}`), ...zeros), reach);
  return sum(floor(over(free, number(stride, "stride"))), one);
}

/** Height and width of the result, or why the window does not fit, with repairs. `sizeName` is the setting that holds the size. */
export function slide(
  image: Image,
  window: Window,
  sizeName: "kernel" | "size",
): readonly [Expression, Expression] | Refusal {
  const [rows, columns] = pairOf(window.size);
  const [rowGap, columnGap] = pairOf(window.dilation ?? 1);
  const [down, right] = pairOf(window.stride);
  const height = places(image[0], rows, rowGap, down, window.padding, "height");
  const width = places(image[1], columns, columnGap, right, window.padding, "width");
  if (worth(height) >= 1 && worth(width) >= 1) return [height, width];
  const spread =
    window.dilation && showPair(window.dilation) !== "1×1" ? ` spread over ${spans(window).join("×")}` : "";
  return refuse(
    "window-too-large",
    `A ${showPair(window.size)} window${spread} does not fit in ${show(image)}.`,
    windowRepairs(image, window, sizeName),
  );
}

/** Both axes' spans of a possibly dilated window. */
export function spans({ size, dilation = 1 }: Window): readonly [number, number] {
  const [height, width] = pairOf(size);
  const [dilationHeight, dilationWidth] = pairOf(dilation);
  return [span(height, dilationHeight), span(width, dilationWidth)];
}

/** What one position of the result sees of the image. */
export function windowSight(
  { size, stride, padding, dilation = 1 }: Window,
  [height, width]: Image,
): WindowSight {
  const [rows, columns] = spans({ size, stride, padding, dilation });
  const strides = pairOf(stride);
  return {
    window: [rows, columns],
    stride: strides,
    before: [
      paddingAlong(height, rows, strides[0], padding)[0],
      paddingAlong(width, columns, strides[1], padding)[0],
    ],
    every: pairOf(dilation),
  };
}

/** The window's settings in the field's notation, the size first; what is as usual is left out. */
export const windowNotation = ({ size, stride, padding, dilation = 1 }: Window): readonly string[] => [
  showPair(size),
  padding,
  ...(showPair(stride) === "1×1" ? [] : [`stride ${showPair(stride)}`]),
  ...(showPair(dilation) === "1×1" ? [] : [`dilation ${showPair(dilation)}`]),
];

function windowRepairs([height, width]: Image, window: Window, sizeName: string): readonly SettingsRepair[] {
  const [windowHeight, windowWidth] = pairOf(window.size);
  const [dilationHeight, dilationWidth] = pairOf(window.dilation ?? 1);
  const fitting = [
    Math.min(windowHeight, Math.floor((height - 1) / dilationHeight) + 1),
    Math.min(windowWidth, Math.floor((width - 1) / dilationWidth) + 1),
  ] as const;
  return [
    { title: "Set padding to same", set: { padding: "same" } },
    {
      title: `Shrink the ${sizeName} to ${showPair(fitting)}`,
      set: { [sizeName]: fitting[0] === fitting[1] ? fitting[0] : fitting },
    },
  ];
}
