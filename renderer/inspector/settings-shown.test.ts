import { expect, test } from "vitest";
import { kinds } from "../../shared/nodes/index.ts";
import { filled, type Values } from "../../shared/nodes/settings.ts";
import { changesOf, laidOut, ownCells, resized, settingsShown } from "./settings-shown.ts";

const shown = (kind: keyof typeof kinds, values: Values): readonly string[] => {
  const { settings } = kinds[kind];
  return settingsShown(settings, filled(settings, values)).map(([name]) => name);
};

test("settings that mean nothing with the others are left out", () => {
  expect(shown("conv2d", {})).not.toContain("across");
  expect(shown("conv2d", { weights: "laplace" })).toContain("across");
  expect(shown("input", {})).toEqual(["height", "width", "channels", "shape"]);
  expect(shown("input", { shape: [13] })).toEqual(["shape"]);
  expect(shown("batchNorm", { trainable: false })).not.toContain("momentum");
  expect(shown("layerNorm", { trainable: false })).toContain("epsilon");
});

test("a setting that is wrong is shown even where it means nothing", () => {
  expect(shown("conv2d", { across: "rows" })).toContain("across");
  expect(shown("input", { shape: [13], height: 0 })).toEqual(["height", "shape"]);
});

test("typed cells follow the kernel's size with their middle in place", () => {
  const cross = [0, 1, 0, 1, 2, 1, 0, 1, 0];
  expect(changesOf({ weights: cross, kernel: 3 }, "kernel", [5, 3])).toEqual({
    kernel: [5, 3],
    weights: [0, 0, 0, ...cross, 0, 0, 0],
  });
  expect(resized(resized(cross, [3, 3], [5, 5]), [5, 5], [3, 3])).toEqual(cross);
  expect(changesOf({ weights: "laplace", kernel: 3 }, "kernel", 5)).toEqual({ kernel: 5 });
  // Numbers that never filled the kernel are not moved about.
  expect(changesOf({ weights: [1, 2], kernel: 3 }, "kernel", 5).weights).toEqual([1, 2]);
});

test("own numbers begin with the preset's cells, also where the preset lacks the size", () => {
  expect(ownCells("sobelHorizontal", [3, 3])).toEqual([1, 0, -1, 2, 0, -2, 1, 0, -1]);
  expect(ownCells("sobelVertical", [3, 5])).toEqual([0, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, -1, -2, -1, 0]);
  expect(ownCells("learned", [3, 3])).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0]);
  expect(ownCells([1, 2, 3, 4], [3, 3])).toEqual([1, 2, 0, 3, 4, 0, 0, 0, 0]);
  expect(ownCells([1, 2, 3], [2, 2])).toEqual([1, 2, 3, 0]);
});

test("another length lays out as many values", () => {
  expect(laidOut([7, 7, 16], 1)).toEqual([784]);
  expect(laidOut([784], 3)).toEqual([28, 28, 1]);
  expect(laidOut([13], 3)).toEqual([1, 13, 1]);
  expect(laidOut([13], 0)).toEqual([]);
  expect(laidOut([], 1)).toEqual([16]);
});
