import type { Site, TwinName } from "../../../shared/compile/twins/site.ts";
import type { Theme } from "../../ui/map-palettes.ts";

const lightness: Readonly<Record<Theme, number>> = { light: 0.6, dark: 0.76 };
const blue = 255;

/**
 * The colour of a weight by its number in the wiring. Around the colour circle from the window's first cell to its last;
 * a position with weights of its own starts at another place of the circle. Neighbours start close to each other: jumps
 * would make the whole picture flash while the unit slides.
 */
export function weightColour(site: Site, which: TwinName, weight: number, theme: Theme): string {
  const [rows, columns] = which === "dense" ? site.input : site.window.kernel;
  const cells = rows * columns;
  const cell = weight % cells;
  const unit = (weight - cell) / cells;
  const [height, width] = site.maps;
  const across = (unit % width) / width;
  const down = Math.floor(unit / width) / height;
  const hue = blue + 360 * (cell / cells) + 210 * across + 300 * down;
  const level = lightness[theme] + 0.07 * Math.cos((2 * Math.PI * (cell % columns)) / columns);
  return `oklch(${level.toFixed(3)} 0.15 ${(hue % 360).toFixed(1)})`;
}
