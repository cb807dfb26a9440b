import type { Trace } from "./hand.ts";
import type { Point } from "./stroke.ts";

/**
 * Draws traces into a square image [row, column] of 0 to 1, anti-aliased: a pixel takes the coverage by the nearest
 * part of the pen's way. `softness` is the width of an edge in pixels.
 */
export function ink(canvas: Float32Array, size: number, traces: readonly Trace[], softness: number): void {
  for (const { line, radii } of traces)
    for (let at = 1; at < line.length; at++) {
      const [from, to] = [line[at - 1], line[at]];
      if (from && to) step(canvas, size, from, to, radii[at - 1] ?? 0, radii[at] ?? 0, softness);
    }
}

/** One straight step of the pen, within the box that its ink can reach. Seven million pixels: no arrays in here. */
function step(
  canvas: Float32Array,
  size: number,
  [x, y]: Point,
  [toX, toY]: Point,
  radius: number,
  toRadius: number,
  softness: number,
): void {
  const alongX = toX - x;
  const alongY = toY - y;
  const squared = Math.max(1e-9, alongX * alongX + alongY * alongY);
  const reach = Math.max(radius, toRadius) + softness / 2;
  const left = Math.max(0, Math.floor(Math.min(x, toX) - reach));
  const right = Math.min(size - 1, Math.floor(Math.max(x, toX) + reach));
  const top = Math.max(0, Math.floor(Math.min(y, toY) - reach));
  const bottom = Math.min(size - 1, Math.floor(Math.max(y, toY) + reach));
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) {
      // A pixel is measured at its middle.
      const awayX = column + 0.5 - x;
      const awayY = row + 0.5 - y;
      const share = Math.min(1, Math.max(0, (awayX * alongX + awayY * alongY) / squared));
      const offX = awayX - share * alongX;
      const offY = awayY - share * alongY;
      const inside = radius + (toRadius - radius) * share - Math.sqrt(offX * offX + offY * offY);
      const cover = Math.min(1, inside / softness + 0.5);
      const pixel = row * size + column;
      if (cover > (canvas[pixel] ?? 1)) canvas[pixel] = cover;
    }
}
