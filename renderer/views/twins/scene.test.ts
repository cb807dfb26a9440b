import fc from "fast-check";
import { expect, test } from "vitest";
import { cellAt, frameOf, mostCells, pointOn, sceneOf } from "./scene.ts";

const side = fc.integer({ min: 1, max: mostCells });
const size = fc.tuple(side, side);
const picture = fc.tuple(fc.integer({ min: 220, max: 600 }), fc.integer({ min: 180, max: 400 }));

test("both grids lie in the picture, the image above the map, their cells equally large", () => {
  fc.assert(
    fc.property(picture, size, size, ([width, height], input, output) => {
      const scene = sceneOf(width, height, input, output);
      for (const plane of [scene.input, scene.output])
        for (const corner of [pointOn(plane, 0, 0), pointOn(plane, plane.rows, plane.columns)]) {
          expect(corner.x).toBeGreaterThanOrEqual(0);
          expect(corner.x).toBeLessThanOrEqual(width);
          expect(corner.y).toBeGreaterThanOrEqual(0);
          expect(corner.y).toBeLessThanOrEqual(height);
        }
      expect(pointOn(scene.input, input[0], 0).y).toBeLessThan(scene.output.top);
      expect(scene.output.cell).toBeGreaterThanOrEqual(scene.input.cell);
    }),
  );
});

test("the cell under the middle of a cell is that cell; far outside there is none", () => {
  fc.assert(
    fc.property(picture, size, size, fc.nat(), fc.nat(), ([width, height], input, output, down, right) => {
      const { output: plane } = sceneOf(width, height, input, output);
      const [row, column] = [down % plane.rows, right % plane.columns];
      expect(cellAt(plane, pointOn(plane, row + 0.5, column + 0.5))).toEqual([row, column]);
      expect(cellAt(plane, pointOn(plane, row, plane.columns + 3))).toBeUndefined();
    }),
  );
});

test("a frame holds its middle and stays on the axis", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (length, any) => {
      const middle = any % length;
      const { from, count } = frameOf(length, middle);
      expect(count).toBe(Math.min(length, mostCells));
      expect(from >= 0 && from + count <= length).toBe(true);
      expect(middle >= from && middle < from + count).toBe(true);
    }),
  );
});
