import * as tf from "@tensorflow/tfjs-core";
import { backend_util } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { Activation } from "./kernels/protocol.ts";
import { runDepthwise, runDepthwiseFilterGradient, runDepthwiseInputGradient } from "./run-depthwise.ts";
import { Dice, expectAgreement, startBackend } from "./testing/agreement.ts";
import { expectClose, onEveryPool, startPools } from "./testing/arrays.ts";

test("depthwise convolution and its gradients agree with tfjs for random shapes", async () => {
  const backend = await startBackend(1);
  const dice = new Dice(5);
  for (let round = 0; round < 60; round++) {
    const kernel: [number, number] = [dice.whole(1, 4), dice.whole(1, 4)];
    const pad = dice.pick<"same" | "valid">(["same", "valid"]);
    const channels = dice.whole(1, 5);
    const images = [dice.whole(1, 3), dice.whole(kernel[0], 8), dice.whole(kernel[1], 8), channels];
    const filter = [...kernel, channels, dice.whole(1, 3)];
    const stride = dice.whole(1, 4);
    const inputs = [dice.input(images), dice.input(filter)];
    await expectAgreement(
      backend,
      inputs,
      (...tensors) => {
        const { value, grads } = tf.valueAndGrads((x, by) =>
          tf.sum(tf.square(tf.depthwiseConv2d(x as tf.Tensor4D, by as tf.Tensor4D, stride, pad))),
        )(tensors);
        return [value, ...grads];
      },
      { tolerance: 1e-4 },
    );
  }
});

test.each(["relu", "relu6", "linear"] as const)("with bias and %s in one kernel", async (activation) => {
  const backend = await startBackend(2);
  const dice = new Dice(8);
  const inputs = [dice.input([2, 6, 5, 6]), dice.input([3, 2, 6, 2]), dice.input([12])];
  await expectAgreement(backend, inputs, (x, filter, bias) =>
    tf.fused.depthwiseConv2d({
      x: x as tf.Tensor4D,
      filter: filter as tf.Tensor4D,
      strides: 1,
      pad: "same",
      ...(bias ? { bias } : {}),
      activation,
    }),
  );
});

describe("by address, on 1, 2, 3 and 7 threads with the same bits", () => {
  let pools: readonly SimdBackend[];
  beforeAll(async () => {
    pools = await startPools();
  });

  test.each(cases())("$name agrees with sums in double precision", ({ info, seed }) => {
    const dice = new Dice(seed);
    const x = numbers(dice, info.inShape);
    const filter = numbers(dice, info.filterShape);
    const bias = numbers(dice, [info.outChannels]);
    const dy = numbers(dice, info.outShape);
    const [out, dx, dw] = onEveryPool(pools, (backend, arrays) => {
      const [images, cells, shifts, slopes] = [x, filter, bias, dy].map((it) => arrays.put(it)) as Addresses;
      const results = [dy, x, filter].map((it) => arrays.empty(it.length)) as Addresses;
      runDepthwise(backend, info, {
        x: images,
        filter: cells,
        bias: shifts,
        activation: Activation.none,
        out: results[0],
      });
      runDepthwiseInputGradient(backend, info, slopes, cells, results[1]);
      runDepthwiseFilterGradient(backend, info, images, slopes, results[2]);
      return results.map((it) => arrays.get(it));
    });
    const expected = reference(info, x, filter, bias, dy);
    expectClose(out ?? [], expected.out, 1e-6, "output");
    expectClose(dx ?? [], expected.dx, 1e-6, "gradient by the input");
    expectClose(dw ?? [], expected.dw, 2e-6, "gradient by the filter");
  });

  test("NaN and infinity spread to what they meet, and no further", () => {
    const info = geometry([1, 5, 5, 3], [3, 3, 3, 1], 1, 1, "same");
    const x = new Float32Array(75).fill(1);
    x[(0 * 5 + 0) * 3 + 1] = Number.NaN;
    x[(4 * 5 + 4) * 3 + 2] = Number.POSITIVE_INFINITY;
    const filter = new Float32Array(27).fill(1);
    const [out = new Float32Array()] = onEveryPool(pools, (backend, arrays) => {
      const result = arrays.empty(75);
      const operands = { x: arrays.put(x), filter: arrays.put(filter), bias: 0, activation: Activation.none };
      runDepthwise(backend, info, { ...operands, out: result });
      return [arrays.get(result)];
    });
    const places = (test: (it: number) => boolean) => [...out.keys()].filter((at) => test(out[at] ?? 0));
    expect(places(Number.isNaN)).toEqual([1, 4, 16, 19]);
    expect(places((it) => it === Number.POSITIVE_INFINITY)).toEqual([56, 59, 71, 74]);
  });
});

type Addresses = [number, number, number, number];
type Size = [number, number, number, number];

function cases(): readonly {
  readonly name: string;
  readonly info: backend_util.Conv2DInfo;
  readonly seed: number;
}[] {
  const dice = new Dice(11);
  const fixed = [
    geometry([1, 1, 1, 1], [1, 1, 1, 1], 1, 1, "valid"),
    // Stride beyond the kernel, seven threads on three rows, whole vectors and remainders.
    geometry([1, 7, 7, 16], [2, 2, 16, 1], 3, 1, "valid"),
    geometry([1, 3, 9, 20], [3, 3, 20, 1], 1, 1, "same"),
    geometry([33, 6, 6, 8], [3, 3, 8, 1], 1, 1, "same"),
    geometry([5, 8, 8, 3], [3, 3, 3, 5], 2, 1, "same"),
    geometry([2, 9, 11, 7], [3, 2, 7, 2], 1, 2, [
      [0, 0],
      [3, 0],
      [1, 2],
      [0, 0],
    ]),
  ];
  const random = Array.from({ length: 24 }, () => {
    const kernel = [dice.whole(1, 5), dice.whole(1, 5)] as const;
    const gap = dice.whole(1, 3);
    const channels = dice.whole(1, 19);
    const sides = kernel.map((it) => (it - 1) * gap + 1 + dice.whole(0, 4));
    const images: Size = [dice.whole(1, 5), sides[0] ?? 1, sides[1] ?? 1, channels];
    const pad = dice.pick<"same" | "valid">(["same", "valid"]);
    return geometry(images, [...kernel, channels, dice.whole(1, 3)], dice.whole(1, 4), gap, pad);
  });
  return [...fixed, ...random].map((info, at) => ({
    name: `${info.inShape} by ${info.filterShape} stride ${info.strideHeight} dilation ${info.dilationHeight} ${info.padInfo.type}`,
    info,
    seed: at + 1,
  }));
}

function geometry(
  images: Size,
  filter: Size,
  stride: number,
  dilation: number,
  pad: Parameters<typeof backend_util.computeConv2DInfo>[4],
): backend_util.Conv2DInfo {
  return backend_util.computeConv2DInfo(images, filter, stride, dilation, pad, "floor", true);
}

function numbers(dice: Dice, shape: readonly number[]): Float32Array {
  return Float32Array.from(dice.input(shape).values);
}

/** Every product of a pixel and a cell, one by one. */
function reference(
  info: backend_util.Conv2DInfo,
  x: Float32Array,
  filter: Float32Array,
  bias: Float32Array,
  dy: Float32Array,
) {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = info;
  const out = Float64Array.from(dy, (_, at) => bias[at % outChannels] ?? 0);
  const dx = new Float64Array(x.length);
  const dw = new Float64Array(filter.length);
  for (let to = 0; to < dy.length; to++) {
    const map = to % outChannels;
    const column = Math.floor(to / outChannels) % outWidth;
    const row = Math.floor(to / outChannels / outWidth) % outHeight;
    const image = Math.floor(to / outChannels / outWidth / outHeight);
    for (let cell = 0; cell < filterHeight * filterWidth; cell++) {
      const h =
        row * info.strideHeight - info.padInfo.top + Math.floor(cell / filterWidth) * info.dilationHeight;
      const w = column * info.strideWidth - info.padInfo.left + (cell % filterWidth) * info.dilationWidth;
      if (h < 0 || h >= inHeight || w < 0 || w >= inWidth) continue;
      const channel = Math.floor((map * inChannels) / outChannels);
      const from = ((image * inHeight + h) * inWidth + w) * inChannels + channel;
      const by = cell * outChannels + map;
      out[to] = (out[to] ?? 0) + (x[from] ?? 0) * (filter[by] ?? 0);
      dx[from] = (dx[from] ?? 0) + (dy[to] ?? 0) * (filter[by] ?? 0);
      dw[by] = (dw[by] ?? 0) + (dy[to] ?? 0) * (x[from] ?? 0);
    }
  }
  return { out, dx, dw };
}
