import { card, grid } from "../../shared/graph/card.ts";
import type { Point } from "../../shared/graph/graph.ts";
import { canvasView, type ScreenPoint } from "./controls.ts";

/** The corner of a card whose middle comes under a point of the window, on half the grid. */
export function cornerUnder(at: ScreenPoint): Point {
  const [x, y] = canvasView()?.under(at) ?? [0, 0];
  const step = grid / 2;
  const onGrid = (pixels: number): number => Math.round(pixels / step) * step;
  return [onGrid(x - card.width / 2), onGrid(y - card.height / 2)];
}
