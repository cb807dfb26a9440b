import { beforeAll, describe, expect, test } from "vitest";
import type { SimdBackend } from "../../simd/backend.ts";
import { runDropout } from "../../simd/run-dropout.ts";
import { onEveryPool, startPools } from "../../simd/testing/arrays.ts";
import { fillMask } from "./random-fill.ts";

let pools: readonly SimdBackend[];
beforeAll(async () => {
  pools = await startPools();
});

describe("the SIMD backend's dropout has the very masks of fillMask, on 1, 2, 3 and 7 threads", () => {
  test.each([
    [1, 1, 1, 0.5],
    [3, 1, 1001, 0.1],
    [5, 6, 3, 0.5],
    [4, 9, 16, 0.99],
    [2, 3, 7, 1 / 3],
  ])("%i × %i × %i at rate %d", (outer, pixels, channels, rate) => {
    for (const seed of [0, 1, 0xdeadbeef]) {
      const mask = new Float32Array(outer * channels);
      fillMask(mask, rate, seed);
      const x = Float32Array.from({ length: outer * pixels * channels }, (_, at) => Math.sin(at + 1));
      const [out] = onEveryPool(pools, (backend, arrays) => {
        const word = arrays.put(new Float32Array(Int32Array.of(seed).buffer));
        const result = arrays.empty(x.length);
        runDropout(backend, { outer, pixels, channels }, rate, word, arrays.put(x), result);
        return [arrays.get(result)];
      });
      const maskOf = (at: number) =>
        mask[Math.floor(at / pixels / channels) * channels + (at % channels)] ?? Number.NaN;
      expect(out).toEqual(x.map((it, at) => it * maskOf(at)));
    }
  });
});
