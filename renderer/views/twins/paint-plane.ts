import { type Plane, type Point, pointOn } from "./scene.ts";

export type Pen = CanvasRenderingContext2D;

/** Colours of the style sheet that a canvas does not follow by itself. */
export interface PlaneInks {
  readonly surface: string;
  readonly line: string;
  readonly strong: string;
  readonly ink: string;
}

/** More channels or maps behind the first one, three at most. */
export function stack(pen: Pen, plane: Plane, count: number, { line, surface }: PlaneInks): void {
  for (let behind = Math.min(count, 4) - 1; behind > 0; behind--) {
    pen.globalAlpha = 1 - behind * 0.22;
    outline(pen, { ...plane, top: plane.top + behind * 4, left: plane.left + behind * 4 });
    pen.fillStyle = surface;
    pen.fill();
    pen.strokeStyle = line;
    pen.lineWidth = 1;
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

export function sheet(pen: Pen, plane: Plane, { surface }: PlaneInks): void {
  outline(pen, plane);
  pen.fillStyle = surface;
  pen.fill();
}

export function grid(pen: Pen, plane: Plane, { line, strong }: PlaneInks): void {
  pen.globalAlpha = 1;
  pen.lineWidth = plane.cell < 9 ? 0.5 : 1;
  pen.strokeStyle = line;
  pen.beginPath();
  for (let row = 1; row < plane.rows; row++)
    strike(pen, pointOn(plane, row, 0), pointOn(plane, row, plane.columns));
  for (let column = 1; column < plane.columns; column++)
    strike(pen, pointOn(plane, 0, column), pointOn(plane, plane.rows, column));
  pen.stroke();
  outline(pen, plane);
  pen.strokeStyle = strong;
  pen.lineWidth = 1;
  pen.stroke();
}

/** A cell in the strongest ink. */
export function markCell(
  pen: Pen,
  plane: Plane,
  row: number,
  column: number,
  { ink, surface }: PlaneInks,
): void {
  rectangle(pen, plane, row, column, 1, 1);
  pen.fillStyle = ink;
  pen.fill();
  pen.strokeStyle = surface;
  pen.lineWidth = 3;
  pen.stroke();
  pen.strokeStyle = ink;
  pen.lineWidth = 1.5;
  pen.stroke();
}

const outline = (pen: Pen, plane: Plane): void => rectangle(pen, plane, 0, 0, plane.rows, plane.columns);

export const fillCell = (pen: Pen, plane: Plane, row: number, column: number): void => {
  rectangle(pen, plane, row, column, 1, 1);
  pen.fill();
};

/** A path around cells of a plane; they may lie outside of it. */
export function rectangle(
  pen: Pen,
  plane: Plane,
  row: number,
  column: number,
  height: number,
  width: number,
): void {
  const [a, b, c, d] = [
    pointOn(plane, row, column),
    pointOn(plane, row, column + width),
    pointOn(plane, row + height, column + width),
    pointOn(plane, row + height, column),
  ];
  pen.beginPath();
  pen.moveTo(a.x, a.y);
  pen.lineTo(b.x, b.y);
  pen.lineTo(c.x, c.y);
  pen.lineTo(d.x, d.y);
  pen.closePath();
}

export function strike(pen: Pen, from: Point, to: Point): void {
  pen.moveTo(from.x, from.y);
  pen.lineTo(to.x, to.y);
}
