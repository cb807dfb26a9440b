// Sums of arrays given by address.

import { Kernel } from "./kernels/protocol.ts";
import { floatBits, type Launcher } from "./launcher.ts";

/** out [rows] = scale · Σ over columns of x [rows, columns]. */
export function sumRows(
  launcher: Launcher,
  rows: number,
  columns: number,
  x: number,
  out: number,
  scale: number,
): void {
  const shares = rows > 1 ? launcher.sharesFor((rows * columns) / 4) : 1;
  launcher.run(Kernel.sumRows, shares, [rows, columns, x, out, floatBits(scale)]);
}

/** Rows that one part sums; fewer would make the addition of the parts noticeable. */
const rowsPerPart = 512;
const mostParts = 16;

/** out [outer, columns] = scale · Σ over rows of x [outer, rows, columns]. */
export function sumColumns(
  launcher: Launcher,
  outer: number,
  rows: number,
  columns: number,
  x: number,
  out: number,
  scale: number,
): void {
  // The outer axis alone keeps the threads busy; without it the rows are split, always in the same way.
  const parts = outer > 1 ? 1 : Math.max(1, Math.min(mostParts, Math.floor(rows / rowsPerPart)));
  const shares = outer * parts > 1 ? launcher.sharesFor((outer * rows * columns) / 4) : 1;
  if (parts === 1) {
    launcher.run(Kernel.sumColumns, shares, [outer, rows, columns, x, out, 1, floatBits(scale)]);
    return;
  }
  const partials = launcher.scratch(parts * columns * 4);
  launcher.run(Kernel.sumColumns, shares, [outer, rows, columns, x, partials, parts, floatBits(1)]);
  launcher.run(Kernel.sumParts, launcher.sharesFor((parts * columns) / 4), [
    ...[columns, partials, parts, out, floatBits(scale)],
  ]);
}
