import type { Theme } from "../../ui/map-palettes.ts";

/** Hues a golden angle apart never come close for the first dozens, in whatever number they are needed. */
const goldenAngle = 137.508;
const lightness: Readonly<Record<Theme, readonly number[]>> = {
  light: [0.62, 0.52, 0.7],
  dark: [0.74, 0.84, 0.66],
};
const different = 1080;

const tables = new Map<Theme, readonly string[]>();

/** The colour of a weight by its number: the same weight has the same colour wherever it is used. */
export function weightColour(weight: number, theme: Theme): string {
  const table = tables.get(theme) ?? tableOf(theme);
  return table[weight % different] ?? "";
}

function tableOf(theme: Theme): readonly string[] {
  const levels = lightness[theme];
  const table = Array.from({ length: different }, (_, index) => {
    const hue = (250 + index * goldenAngle) % 360;
    return `oklch(${levels[index % levels.length]} 0.155 ${hue.toFixed(1)})`;
  });
  tables.set(theme, table);
  return table;
}
