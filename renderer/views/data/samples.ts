/** The gallery's images of one class, as indices into the gallery. */
export interface ClassRow {
  readonly name: string;
  /** Training images of the class. */
  readonly count: number;
  readonly images: readonly number[];
}

/** One row per class in class order, also for classes that the gallery has no image of. */
export const classRows = (
  classes: readonly string[],
  perClass: readonly number[],
  labels: Uint8Array,
): readonly ClassRow[] =>
  classes.map((name, label) => ({
    name,
    count: perClass[label] ?? 0,
    images: Array.from(labels.keys()).filter((it) => labels[it] === label),
  }));

export type Direction = "left" | "right" | "up" | "down";

/** The image to go to from another one by an arrow key: along its row, or to the same place in the next row. */
export function neighbour(rows: readonly ClassRow[], image: number, direction: Direction): number {
  const filled = rows.filter((it) => it.images.length > 0);
  const row = filled.findIndex((it) => it.images.includes(image));
  const images = filled[row]?.images;
  if (!images) return filled[0]?.images[0] ?? image;
  const at = images.indexOf(image);
  if (direction === "left" || direction === "right")
    return images[at + (direction === "left" ? -1 : 1)] ?? image;
  const next = filled[row + (direction === "up" ? -1 : 1)]?.images;
  return next?.[Math.min(at, next.length - 1)] ?? image;
}
