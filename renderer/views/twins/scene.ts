/** A grid of cells lying in space, seen from above at a slant: rows go towards the viewer. Pixels of the picture. */
export interface Plane {
  readonly rows: number;
  readonly columns: number;
  readonly left: number;
  readonly top: number;
  /** Width of a cell, height of a row, and how far each row stands to the left of the one behind it. */
  readonly cell: number;
  readonly depth: number;
  readonly slant: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The image above, one feature map below it. */
export interface Scene {
  /** Of the whole picture. */
  readonly width: number;
  readonly input: Plane;
  readonly output: Plane;
}

type Size = readonly [rows: number, columns: number];

const depthShare = 0.46;
const slantShare = 0.4;
const largestCell = 28;
/** A single unit would vanish at the size of a pixel. */
const smallestUnit = 15;
const margin = 16;

/** Where both grids stand in a picture. Their cells are equally large, so that a stride shows as a smaller map. */
export function sceneOf(width: number, height: number, input: Size, output: Size): Scene {
  const room = height * 0.36;
  const fits = ([rows, columns]: Size): number =>
    Math.min((width - 2 * margin) / (columns + rows * slantShare), room / (rows * depthShare), largestCell);
  const cell = Math.min(fits(input), fits(output));
  const unit = Math.min(Math.max(cell, smallestUnit), fits(output));
  const above = planeOf(input, cell, width, margin);
  const below = planeOf(output, unit, width, 0);
  const free = room - heightOf(below);
  return {
    width,
    input: { ...above, top: margin + (room - heightOf(above)) / 2 },
    output: { ...below, top: height - margin - room + free / 2 },
  };
}

function planeOf([rows, columns]: Size, cell: number, width: number, top: number): Plane {
  const slant = cell * slantShare;
  return {
    rows,
    columns,
    left: (width - columns * cell - rows * slant) / 2,
    top,
    cell,
    depth: cell * depthShare,
    slant,
  };
}

const heightOf = ({ rows, depth }: Plane): number => rows * depth;

/** A corner of the grid; the middle of a cell is at half numbers. */
export const pointOn = (plane: Plane, row: number, column: number): Point => ({
  x: plane.left + (plane.rows - row) * plane.slant + column * plane.cell,
  y: plane.top + row * plane.depth,
});

/** The cell under a point, or the nearest one while the point is not far off. */
export function cellAt(plane: Plane, { x, y }: Point): Size | undefined {
  const row = (y - plane.top) / plane.depth;
  const column = (x - plane.left - (plane.rows - row) * plane.slant) / plane.cell;
  const reach = 1.5;
  const isOff = row < -reach || column < -reach || row > plane.rows + reach || column > plane.columns + reach;
  if (isOff) return undefined;
  return [within(Math.floor(row), plane.rows), within(Math.floor(column), plane.columns)];
}

const within = (at: number, count: number): number => Math.min(Math.max(at, 0), count - 1);

/** The part of an axis that is drawn: all of it, or as many cells as can be told apart, around a middle. */
export interface Frame {
  readonly from: number;
  readonly count: number;
}
export const mostCells = 32;

export function frameOf(length: number, middle: number): Frame {
  const count = Math.min(length, mostCells);
  return { from: within(Math.round(middle - count / 2), length - count + 1), count };
}
