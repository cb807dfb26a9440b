import { expect, test } from "vitest";
import { kindsFor } from "./kind-list.ts";

const found = (search: string) => kindsFor(search).flatMap(({ kinds }) => kinds.map((it) => it.name));

test.each([
  ["transposed", "conv2dTranspose"],
  ["deconv", "conv2dTranspose"],
  ["BN", "batchNorm"],
  ["residual", "add"],
  ["unpool", "upsample2d"],
  ["fully connected", "dense"],
  ["softmax", "activation"],
])("%s finds %s", (search, kind) => {
  expect(found(search)).toContain(kind);
});

test("without a search all kinds are there", () => {
  expect(found(" ")).toHaveLength(29);
});
