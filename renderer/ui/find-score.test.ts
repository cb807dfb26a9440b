import { expect, it } from "vitest";
import { findScore } from "./find-score.ts";

it.each([
  ["Show twins twins", "twin"],
  ["Conv 2D Transpose conv2dTranspose", "convtr"],
  ["Global Average Pool globalAveragePool2d", "gap"],
  ["Batch Norm batchNorm", "bn"],
  ["Dense dense", "dnse"],
  ["Depthwise Conv 2D depthwiseConv2d", "dwconv"],
])("%s is found by %s", (title, typed) => expect(findScore(title, typed)).toBeGreaterThan(0));

it.each([
  ["Train on: GPU (WebGL) trainOnWebgl", "twin"],
  ["Show the overview minimap", "twin"],
])("%s is not found by %s", (title, typed) => expect(findScore(title, typed)).toBe(0));
