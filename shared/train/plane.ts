import { countOf, type Dataset, type Examples } from "./dataset.ts";

/** Examples of two numbers as points of a plane. */
export interface Plane {
  /** The first training examples, up to 1,000. */
  readonly points: Examples;
  /** What a picture of all points covers: the lowest and the highest [x, y], with a margin. */
  readonly from: Point;
  readonly to: Point;
}
type Point = readonly [x: number, y: number];

const mostPoints = 1000;
const margin = 0.06;

/** The plane of a dataset with two inputs; undefined for any other. */
export function planeOf({ example, train, test }: Dataset): Plane | undefined {
  if (example.length !== 1 || example[0] !== 2) return undefined;
  const [left, right] = reach([train.values, test.values], 0);
  const [bottom, top] = reach([train.values, test.values], 1);
  const count = Math.min(mostPoints, countOf(train));
  return {
    points: { values: train.values.slice(0, 2 * count), labels: train.labels.slice(0, count) },
    from: [left, bottom],
    to: [right, top],
  };
}

/** The centres of the cells of a `size`×`size` grid over the plane, row by row from the top: [x, y] after [x, y]. */
export function gridOver({ from, to }: Pick<Plane, "from" | "to">, size: number): Float32Array {
  const cells = new Float32Array(2 * size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const at = 2 * (row * size + column);
      cells[at] = from[0] + ((column + 0.5) / size) * (to[0] - from[0]);
      cells[at + 1] = to[1] - ((row + 0.5) / size) * (to[1] - from[1]);
    }
  return cells;
}

function reach(parts: readonly Float32Array[], axis: 0 | 1): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of parts)
    for (let at: number = axis; at < values.length; at += 2) {
      low = Math.min(low, values[at] ?? low);
      high = Math.max(high, values[at] ?? high);
    }
  // One value everywhere still needs a picture.
  const room = high > low ? (high - low) * margin : 1;
  return [low - room, high + room];
}
