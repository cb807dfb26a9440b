import { expect, test } from "vitest";
import type { FeatureMaps } from "../../shared/protocol/training.ts";
import { paintStrip } from "./paint-strip.ts";

/** A canvas that keeps what is put on it. */
function paper() {
  const shown = { pixels: new Uint32Array(), width: 0 };
  const context = {
    createImageData: (width: number, height: number) => ({
      width,
      data: new Uint8ClampedArray(width * height * 4),
    }),
    putImageData: ({ width, data }: ImageData) =>
      Object.assign(shown, { width, pixels: new Uint32Array(data.buffer).slice() }),
  };
  const canvas = { width: 0, height: 0, getContext: () => context } as unknown as HTMLCanvasElement;
  return { canvas, shown };
}
const palette = Uint32Array.from([10, 20, 30]);
const maps = (shape: FeatureMaps["shape"], count: number, values: readonly number[]): FeatureMaps => ({
  node: "a",
  shape,
  count,
  values: Float32Array.from(values),
});

test("maps stand side by side with a gap, all on one scale", () => {
  const { canvas, shown } = paper();
  paintStrip(canvas, maps([2, 2, 2], 2, [0, 1, 2, 2, 1, 1, 0, 0]), palette);
  expect(shown.width).toBe(2 * 2 + 1);
  expect([...shown.pixels]).toEqual([10, 20, 0, 20, 20, 30, 30, 0, 10, 10]);
});

test("a vector is one row, thinned where it has more values than pixels", () => {
  const { canvas, shown } = paper();
  paintStrip(canvas, maps([3], 1, [0, 5, 10]), palette);
  expect([...shown.pixels]).toEqual([10, 20, 30]);
  paintStrip(
    canvas,
    maps(
      [1000],
      1,
      Array.from({ length: 1000 }, (_, it) => it),
    ),
    palette,
  );
  expect(shown.width).toBe(348);
});

test("more than three maps keep the places of eight, so that cards of one design line up", () => {
  const { canvas, shown } = paper();
  paintStrip(canvas, maps([1, 1, 4], 4, [0, 1, 2, 2]), palette);
  expect([...shown.pixels]).toEqual([10, 0, 20, 0, 30, 0, 30, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test("large maps are thinned to what can be seen: more of them where they are few", () => {
  const { canvas, shown } = paper();
  const ones = (count: number) => Array.from({ length: count * 10_000 }, () => 1);
  paintStrip(canvas, maps([100, 100, 4], 4, ones(4)), palette);
  expect(shown.width).toBe(8 * 40 + 7 * 4);
  paintStrip(canvas, maps([100, 100, 1], 1, ones(1)), palette);
  expect(shown.width).toBe(84);
});

test("what is not a number stays empty", () => {
  const { canvas, shown } = paper();
  paintStrip(canvas, maps([2], 1, [Number.NaN, 1]), palette);
  expect(shown.pixels[0]).toBe(0);
});
