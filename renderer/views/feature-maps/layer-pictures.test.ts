import { expect, it } from "vitest";
import type { Kernels } from "../../../shared/protocol/training.ts";
import { valueAt } from "../../ui/paint-maps.ts";
import { channelsNote, kernelsOf, placesOf } from "./layer-pictures.ts";

it("cuts a layer's values into its maps", () => {
  const values = Float32Array.from({ length: 2 * 3 * 2 }, (_, index) => index);
  const places = placesOf({ node: "conv", shape: [2, 3, 8], count: 2, values });
  expect(places.map((it) => valueAt(it, 1, 2))).toEqual([5, 11]);
});

it("has no maps of a vector", () => {
  expect(placesOf({ node: "dense", shape: [3], count: 1, values: new Float32Array(3) })).toEqual([]);
});

const kernels = (channels: number): Kernels => ({
  node: "conv",
  shape: [1, 1, channels, 2],
  values: Float32Array.from({ length: channels * 2 }, (_, index) => index),
});

it("takes one kernel over at most four channels, and says so", () => {
  expect(kernelsOf(kernels(6), "conv", 1).map((it) => valueAt(it, 0, 0))).toEqual([1, 3, 5, 7]);
  expect(channelsNote(kernels(6), "conv")).toBe("kernels over the first 4 of 6 channels");
  expect(channelsNote(kernels(3), "conv")).toBeUndefined();
});

it("shows no kernels of another layer", () => {
  expect(kernelsOf(kernels(3), "other", 0)).toEqual([]);
  expect(kernelsOf(kernels(3), "conv", 2)).toEqual([]);
});
