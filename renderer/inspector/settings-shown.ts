import { presetCells, presetKernels } from "../../shared/nodes/preset-kernels.ts";
import { pairOf, type Setting, type Settings, type Value, type Values } from "../../shared/nodes/settings.ts";
import { volume } from "../../shared/nodes/shape.ts";

/** The settings that mean something as the others are, in the kind's order. One that is wrong is always shown. */
export const settingsShown = (
  settings: Settings,
  values: Values,
): readonly (readonly [name: string, setting: Setting<Value>])[] =>
  Object.entries(settings).filter(
    ([name, setting]) => setting.check(values[name]) !== undefined || !isIdle(name, settings, values),
  );

function isIdle(name: string, settings: Settings, values: Values): boolean {
  switch (name) {
    // How a given kernel is laid on the channels: there is none.
    case "across":
      return values.weights === "learned";
    // Frozen averages follow nothing.
    case "momentum":
      return values.trainable === false;
    // The sides of an image that is a vector.
    case "height":
    case "width":
    case "channels":
      return settings.shape !== undefined && Array.isArray(values.shape) && values.shape.length > 0;
    default:
      return false;
  }
}

/** What else an edit of one setting changes, so that the numbers typed in another are not lost by it. */
export function changesOf(values: Values, name: string, value: Value): Values {
  const { weights, kernel } = values;
  const isCells = name === "kernel" && typeof weights === "object" && isSize(kernel) && isSize(value);
  return { [name]: value, ...(isCells ? { weights: resized(weights, pairOf(kernel), pairOf(value)) } : {}) };
}

const isSize = (value: Value | undefined): value is number | readonly number[] =>
  typeof value === "number" || typeof value === "object";

/**
 * A kernel's cells row by row for another size, its middle where it was: zeros come around it, or the border goes.
 * Cells that did not fill the old size are kept as they are: the layer says what is wrong with them.
 */
export function resized(
  cells: readonly number[],
  [height, width]: readonly [number, number],
  [rows, columns]: readonly [number, number],
): readonly number[] {
  if (cells.length !== height * width) return cells;
  const down = Math.floor((rows - height) / 2);
  const right = Math.floor((columns - width) / 2);
  return Array.from({ length: rows * columns }, (_, at) => {
    const row = Math.floor(at / columns) - down;
    const column = (at % columns) - right;
    const isInside = row >= 0 && row < height && column >= 0 && column < width;
    return isInside ? (cells[row * width + column] ?? 0) : 0;
  });
}

/** The numbers to begin with where a kernel is typed: those of the preset it was, of any size; a single 1 in the middle. */
export function ownCells(
  value: string | readonly number[],
  size: readonly [number, number],
): readonly number[] {
  const [height, width] = size;
  if (typeof value !== "string") {
    // Numbers that fill a square are laid in with their middle in the middle, others row by row.
    const side = Math.sqrt(value.length);
    if (Number.isInteger(side)) return resized(value, [side, side], size);
    return Array.from({ length: height * width }, (_, at) => value[at] ?? 0);
  }
  const preset = presetKernels.find((it) => it === value) ?? "identity";
  return presetCells(preset, size) ?? resized(presetCells(preset, [3, 3]) ?? [], [3, 3], size);
}

/** As many values in a shape of another length: an image becomes its vector, a vector the squarest image of one channel. */
export function laidOut(sizes: readonly number[], length: number): readonly number[] {
  if (length === 0 || sizes.length === length) return length === 0 ? [] : sizes;
  const count = sizes.length === 0 ? 16 : volume(sizes);
  if (length === 1) return [count];
  const height = squarestSide(count);
  return [height, count / height, ...Array.from({ length: length - 2 }, () => 1)];
}

/** The largest divisor of a whole number up to its square root; 1 for what is no whole number. */
function squarestSide(count: number): number {
  for (let side = Math.floor(Math.sqrt(count)); side > 1; side--) if (count % side === 0) return side;
  return 1;
}
