import type { Site, TwinName } from "../../../shared/compile/twins/site.ts";
import { type Connection, seenBy, wiringOf } from "../../../shared/compile/twins/wiring.ts";
import type { Theme } from "../../ui/map-palettes.ts";
import {
  fillCell,
  grid,
  markCell,
  type Pen,
  type PlaneInks,
  rectangle,
  sheet,
  stack,
  strike,
} from "./paint-plane.ts";
import { type Frame, type Point, pointOn, type Scene } from "./scene.ts";
import { weightColour } from "./weight-colours.ts";

/** Row and column of a unit in its feature map. */
export type Unit = readonly [row: number, column: number];

export interface Drawing {
  readonly site: Site;
  readonly which: TwinName;
  readonly unit: Unit;
  readonly scene: Scene;
  /** Which rows and columns of image and map are drawn. */
  readonly input: readonly [Frame, Frame];
  readonly output: readonly [Frame, Frame];
  /** What the first channel holds now, 0 to 1; undefined while nothing has gone through the network. */
  readonly brightness: ((row: number, column: number) => number) | undefined;
}

export interface Inks extends PlaneInks {
  readonly theme: Theme;
  readonly soft: string;
  readonly font: string;
}

/** One twin: the image, the map, and a line from every pixel that the unit sees. A colour is a weight. */
export function paintWiring(pen: Pen, drawing: Drawing, inks: Inks): void {
  const { site, which, unit, scene, input, output } = drawing;
  const lines = wiringOf(site, which, unit).filter(
    (it) => isWithin(input[0], it.row) && isWithin(input[1], it.column),
  );
  stack(pen, scene.output, site.maps[2], inks);
  sheet(pen, scene.output, inks);
  tintMap(pen, drawing, inks);
  grid(pen, scene.output, inks);
  stack(pen, scene.input, site.input[2], inks);
  sheet(pen, scene.input, inks);
  showImage(pen, drawing, inks);
  grid(pen, scene.input, inks);
  const at = (it: Connection): Unit => [it.row - input[0].from, it.column - input[1].from];
  for (const it of lines) {
    pen.fillStyle = weightColour(site, which, it.weight, inks.theme);
    pen.globalAlpha = lines.length > 200 ? 0.62 : 0.92;
    fillCell(pen, scene.input, ...at(it));
  }
  if (which !== "dense") outlineWindow(pen, drawing, inks);
  const own: Unit = [unit[0] - output[0].from, unit[1] - output[1].from];
  const target = pointOn(scene.output, own[0] + 0.5, own[1] + 0.5);
  connect(pen, lines, {
    start: (it) => pointOn(scene.input, at(it)[0] + 0.5, at(it)[1] + 0.5),
    end: target,
    colour: (it) => weightColour(site, which, it.weight, inks.theme),
  });
  markCell(pen, scene.output, ...own, inks);
  weightsOfUnit(pen, drawing, inks);
  letters(pen, drawing, own, inks);
}

/** Weights lie in the corner that the slant leaves free; narrow pictures leave less. */
const insetCell = ({ width }: Scene, rows: number, columns: number): number =>
  Math.min(Math.min(54, 0.16 * width) / Math.max(rows, columns), 16);

/** The unit's weights laid out flat. */
function weightsOfUnit(pen: Pen, { site, which, unit, scene }: Drawing, { theme }: Inks): void {
  const [rows, columns] = which === "dense" ? site.input : site.window.kernel;
  const cell = insetCell(scene, rows, columns);
  const first = which === "conv2d" ? 0 : (unit[0] * site.maps[1] + unit[1]) * rows * columns;
  // Small cells overlap a little: seams would draw a pattern that is not there.
  const side = cell > 6 ? cell - 1 : cell + 0.5;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      pen.fillStyle = weightColour(site, which, first + row * columns + column, theme);
      pen.fillRect(column * cell, row * cell, side, side);
    }
}

/** The letters of z = b + Σ xᵢwᵢ beside what they stand for. */
function letters(pen: Pen, { site, which, scene }: Drawing, own: Unit, { soft, surface, font }: Inks): void {
  const [rows, columns] = which === "dense" ? site.input : site.window.kernel;
  const cell = insetCell(scene, rows, columns);
  const unit = pointOn(scene.output, own[0] + 0.5, own[1] + 1);
  const image = pointOn(scene.input, 0, scene.input.columns);
  pen.font = font;
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 4;
  pen.strokeStyle = surface;
  pen.fillStyle = soft;
  const write = (letter: string, x: number, y: number) => {
    pen.strokeText(letter, x, y);
    pen.fillText(letter, x, y);
  };
  write("w", 1, rows * cell + 9);
  write("x", image.x + 6, image.y + 6);
  write("z", unit.x + 7, unit.y);
}

const isWithin = ({ from, count }: Frame, at: number): boolean => at >= from && at < from + count;

/** Every unit in the colour of its first weight: one colour where all share their weights. */
function tintMap(pen: Pen, { site, which, scene, output }: Drawing, { theme }: Inks): void {
  const { rows, columns } = scene.output;
  const cells = site.window.kernel[0] * site.window.kernel[1];
  const each = which === "dense" ? site.input[0] * site.input[1] : cells;
  pen.globalAlpha = theme === "light" ? 0.3 : 0.34;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const unit = (row + output[0].from) * site.maps[1] + column + output[1].from;
      pen.fillStyle = weightColour(site, which, which === "conv2d" ? 0 : unit * each, theme);
      fillCell(pen, scene.output, row, column);
    }
  pen.globalAlpha = 1;
}

function showImage(pen: Pen, { scene, input, brightness }: Drawing, { theme, ink }: Inks): void {
  if (!brightness) return;
  pen.fillStyle = ink;
  for (let row = 0; row < scene.input.rows; row++)
    for (let column = 0; column < scene.input.columns; column++) {
      pen.globalAlpha =
        (theme === "light" ? 0.62 : 0.7) * brightness(row + input[0].from, column + input[1].from);
      if (pen.globalAlpha > 0.01) fillCell(pen, scene.input, row, column);
    }
  pen.globalAlpha = 1;
}

/** The window's edge; where it reaches out of the image it sees zeros. */
function outlineWindow(pen: Pen, { site, unit, scene, input }: Drawing, { ink }: Inks): void {
  const seen = seenBy(site, unit);
  const [top, left] = [seen.row - input[0].from, seen.column - input[1].from];
  rectangle(pen, scene.input, top, left, seen.height, seen.width);
  pen.globalAlpha = 1;
  pen.strokeStyle = ink;
  pen.lineWidth = 1.5;
  pen.setLineDash(reachesOut(site, seen) ? [3, 2] : []);
  pen.stroke();
  pen.setLineDash([]);
}

const reachesOut = ({ input }: Site, { row, column, height, width }: ReturnType<typeof seenBy>): boolean =>
  row < 0 || column < 0 || row + height > input[0] || column + width > input[1];

interface Fan {
  readonly start: (line: Connection) => Point;
  readonly end: Point;
  readonly colour: (line: Connection) => string;
}

/** All lines, the nearest rows last: on top, as they stand in space. */
function connect(pen: Pen, lines: readonly Connection[], { start, end, colour }: Fan): void {
  pen.lineWidth = lines.length > 400 ? 0.7 : lines.length > 60 ? 0.9 : 1.5;
  pen.globalAlpha = lines.length > 60 ? 0.8 : 1;
  for (const it of lines) {
    pen.strokeStyle = colour(it);
    pen.beginPath();
    strike(pen, start(it), end);
    pen.stroke();
  }
  pen.globalAlpha = 1;
}
