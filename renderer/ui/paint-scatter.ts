import type { Surface } from "../../shared/protocol/training.ts";
import type { Examples } from "../../shared/train/dataset.ts";
import type { Plane } from "../../shared/train/plane.ts";
import { colourOf, type Mark, markOf, tintOf } from "./class-colours.ts";
import type { Theme } from "./map-palettes.ts";

export interface WatchedPoint {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

/** One of many points, [x, y] after [x, y]. */
export function pointOf({ values, labels }: Examples, index: number): WatchedPoint | undefined {
  const [x, y] = values.subarray(2 * index, 2 * index + 2);
  const label = labels[index];
  return x === undefined || y === undefined || label === undefined ? undefined : { x, y, label };
}

interface Picture {
  readonly plane: Plane;
  readonly surface: Surface | undefined;
  readonly watched: WatchedPoint | undefined;
  readonly theme: Theme;
  /** Sides in pixels of the style sheet. */
  readonly size: number;
}

/** Faint where the network wavers, stronger where it is sure, never as strong as a point. */
const tints = { faintest: 0.06, strongest: 0.42 };

export function paintScatter(canvas: HTMLCanvasElement, picture: Picture): void {
  const { plane, surface, watched, theme, size } = picture;
  const scale = globalThis.devicePixelRatio || 1;
  const side = Math.round(size * scale);
  if (canvas.width !== side) canvas.width = side;
  if (canvas.height !== side) canvas.height = side;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, size, size);
  if (surface) paintSurface(context, surface, theme, size);

  const placeOf = (x: number, y: number): readonly [number, number] => [
    ((x - plane.from[0]) / (plane.to[0] - plane.from[0])) * size,
    ((plane.to[1] - y) / (plane.to[1] - plane.from[1])) * size,
  ];
  const { values, labels } = plane.points;
  const radius = size < 200 ? 1.3 : labels.length > 400 ? 2.2 : 3;
  for (const label of new Set(labels)) {
    const path = new Path2D();
    for (let point = 0; point < labels.length; point++)
      if (labels[point] === label)
        addMark(path, markOf(label), placeOf(values[2 * point] ?? 0, values[2 * point + 1] ?? 0), radius);
    context.fillStyle = colourOf(label, theme);
    context.fill(path);
  }
  if (!watched) return;
  const ring = new Path2D();
  addMark(ring, markOf(watched.label), placeOf(watched.x, watched.y), size < 200 ? 4 : 6);
  context.fillStyle = colourOf(watched.label, theme);
  context.fill(ring);
  context.lineWidth = 2;
  context.strokeStyle = theme === "dark" ? "#ffffff" : "#000000";
  context.stroke(ring);
}

function paintSurface(
  context: CanvasRenderingContext2D,
  { size: cells, classes, certainty }: Surface,
  theme: Theme,
  size: number,
): void {
  const grid = new OffscreenCanvas(cells, cells);
  const own = grid.getContext("2d");
  if (!own) return;
  const image = own.createImageData(cells, cells);
  const target = new Uint32Array(image.data.buffer);
  for (let cell = 0; cell < target.length; cell++) {
    // A sure guess among two classes starts at one half; squared, wavering borders stay pale.
    const sure = Math.max(0, 2 * (certainty[cell] ?? 0) - 1) ** 2;
    const strength = tints.faintest + (tints.strongest - tints.faintest) * sure;
    target[cell] = tintOf(classes[cell] ?? 0, strength, theme);
  }
  own.putImageData(image, 0, 0);
  context.drawImage(grid, 0, 0, size, size);
}

/** A form of the same weight to the eye as a circle of this radius. */
export function addMark(path: Path2D, mark: Mark, [x, y]: readonly [number, number], radius: number): void {
  path.moveTo(x, y);
  if (mark === "circle") {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  const corners = forms[mark];
  for (const [index, [right, down]] of corners.entries()) {
    const [toX, toY] = [x + right * radius, y + down * radius];
    if (index === 0) path.moveTo(toX, toY);
    else path.lineTo(toX, toY);
  }
  path.closePath();
}

const forms: Readonly<Record<Exclude<Mark, "circle">, readonly (readonly [number, number])[]>> = {
  triangle: [
    [0, -1.4],
    [1.3, 0.9],
    [-1.3, 0.9],
  ],
  square: [
    [-0.9, -0.9],
    [0.9, -0.9],
    [0.9, 0.9],
    [-0.9, 0.9],
  ],
  diamond: [
    [0, -1.3],
    [1.3, 0],
    [0, 1.3],
    [-1.3, 0],
  ],
};
