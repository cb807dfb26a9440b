import type { Site, TwinName } from "../../../shared/compile/twins/site.ts";
import { wiringOf } from "../../../shared/compile/twins/wiring.ts";
import { grouped } from "../../../shared/emit/figures.ts";
import { volume } from "../../../shared/nodes/shape.ts";
import type { Unit } from "./paint-wiring.ts";

export const titles: Readonly<Record<TwinName, string>> = {
  dense: "Fully connected",
  locallyConnected2d: "Locally connected",
  conv2d: "Convolution",
};

/** What a unit sees, and who else uses its weights. */
export function sharing(site: Site, which: TwinName): string {
  const [height, width, channels] = site.input;
  const [rows, columns] = site.maps;
  if (which === "dense") {
    const isGiven = site.values.weights !== undefined && site.values.weights !== "learned";
    const own = isGiven ? "The given kernel cannot be kept: it would learn." : "No weight is used twice.";
    return `Every unit sees the whole image, ${height}×${width}. ${own}`;
  }
  const sees = `Every unit sees ${site.window.kernel.join("×")} pixels.`;
  const isWhole = site.window.kernel[0] >= height && site.window.kernel[1] >= width;
  if (rows * columns === 1)
    return `${sees} There is one position only, nothing to share${isWhole ? ": a dense layer" : ""}.`;
  if (which === "locallyConnected2d") return `${sees} Each position has weights of its own.`;
  const weights = grouped(volume(site.window.kernel) * channels);
  return `${sees} The same ${weights} weights at all ${grouped(rows * columns)} positions.`;
}

/** How many products a unit sums up: those with zeros of the padding apart. */
export function termsAt(
  site: Site,
  which: TwinName,
  unit: Unit,
): { readonly seen: number; readonly padding: number } {
  const channels = site.input[2];
  const seen = wiringOf(site, which, unit).length * channels;
  const all = which === "dense" ? seen : volume(site.window.kernel) * channels;
  return { seen, padding: all - seen };
}

/** `784×` or `1.33×`, of a convolution's parameters. */
export function times(parameters: number, convolution: number): string {
  const factor = parameters / convolution;
  if (Number.isInteger(factor) || factor >= 1000) return grouped(Math.round(factor));
  return String(Number(factor.toPrecision(3)));
}

/** Share of a bar on a logarithmic scale from 1 to 10^decades. */
export const onLogScale = (value: number, decades: number): number =>
  value <= 1 ? 0 : Math.min(1, Math.log10(value) / decades);

/** Powers of ten that a scale needs for the largest of some numbers. */
export const decadesFor = (values: readonly number[]): number =>
  Math.max(1, Math.ceil(Math.log10(Math.max(10, ...values))));
