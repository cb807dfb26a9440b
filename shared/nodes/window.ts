import { type Refusal, refuse, type SettingsRepair } from "./kind.ts";
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
 * How many places a window can stand along one axis.
 * same: ⌈length / stride⌉; valid: ⌊(length − window) / stride⌋ + 1 (Dumoulin & Visin 2016, section 4). Below 1 there is none.
 */
export const places = (length: number, window: number, stride: number, padding: Padding): number =>
  padding === "same" ? Math.ceil(length / stride) : Math.floor((length - window) / stride) + 1;

/** Height and width of the result, or why the window does not fit, with repairs. `sizeName` is the setting that holds the size. */
export function slide(
  image: Image,
  window: Window,
  sizeName: "kernel" | "size",
): readonly [number, number] | Refusal {
  const [windowHeight, windowWidth] = spans(window);
  const [strideHeight, strideWidth] = pairOf(window.stride);
  const height = places(image[0], windowHeight, strideHeight, window.padding);
  const width = places(image[1], windowWidth, strideWidth, window.padding);
  if (height >= 1 && width >= 1) return [height, width];
  const spread =
    window.dilation && showPair(window.dilation) !== "1×1"
      ? ` spread over ${windowHeight}×${windowWidth}`
      : "";
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
