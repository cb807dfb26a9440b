import { backend_util } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { Activation } from "./kernels/protocol.ts";
import { runConvolution, runFilterGradient, runInputGradient } from "./run-convolution.ts";
import { Dice } from "./testing/agreement.ts";
import { expectClose, onEveryPool, startPools } from "./testing/arrays.ts";

let pools: readonly SimdBackend[];
beforeAll(async () => {
  pools = await startPools();
});

type Size = [number, number, number, number];
type Padding = Parameters<typeof backend_util.computeConv2DInfo>[4];

const geometry = (
  images: Size,
  filter: Size,
  stride: [number, number],
  gap: [number, number],
  pad: Padding,
) => backend_util.computeConv2DInfo(images, filter, stride, gap, pad, "floor");

const dice = new Dice(17);
const random = Array.from({ length: 36 }, (_, round) => {
  const kernel = [dice.whole(1, 5), dice.whole(1, 5)] as const;
  // tfjs has no both, but a compiled design may.
  const gaps: [number, number] = round % 3 === 0 ? [dice.whole(1, 3), dice.whole(1, 3)] : [1, 1];
  const sides = kernel.map((it, axis) => (it - 1) * (gaps[axis] ?? 1) + 1 + dice.whole(0, 6));
  const channels = dice.whole(1, 11);
  const images: Size = [dice.whole(1, 4), sides[0] ?? 1, sides[1] ?? 1, channels];
  const strides: [number, number] = [dice.whole(1, 4), dice.whole(1, 4)];
  const pad = dice.pick<"same" | "valid">(["same", "valid"]);
  return geometry(images, [...kernel, channels, dice.whole(1, 18)], strides, gaps, pad);
});
const cases = [
  geometry([1, 1, 1, 1], [1, 1, 1, 1], [1, 1], [1, 1], "valid"),
  geometry([3, 7, 7, 9], [1, 1, 9, 10], [2, 2], [1, 1], "valid"),
  geometry([1, 9, 9, 3], [2, 2, 3, 5], [4, 3], [1, 1], "valid"),
  geometry([2, 16, 16, 16], [3, 3, 16, 24], [1, 1], [1, 1], "same"),
  geometry([33, 5, 5, 2], [3, 3, 2, 4], [2, 2], [1, 1], "same"),
  geometry(
    [2, 8, 9, 4],
    [3, 2, 4, 4],
    [2, 1],
    [1, 2],
    [
      [0, 0],
      [3, 0],
      [1, 2],
      [0, 0],
    ],
  ),
  ...random,
].map((info, round) => ({
  name: `${info.inShape} by ${info.filterShape} stride ${info.strideHeight},${info.strideWidth} dilation ${info.dilationHeight},${info.dilationWidth} ${info.padInfo.type}`,
  info,
  round,
}));

test.each(cases)("$name: output and gradients are sums in double precision", ({ info, round }) => {
  const numbers = new Dice(round + 1);
  const draw = (shape: readonly number[]) => Float32Array.from(numbers.input(shape).values);
  const [x, filter, bias, dy] = [
    draw(info.inShape),
    draw(info.filterShape),
    draw([info.outChannels]),
    draw(info.outShape),
  ];
  const [out, dx, dw] = onEveryPool(pools, (backend, arrays) => {
    const [images, cells, slopes] = [arrays.put(x), arrays.put(filter), arrays.put(dy)];
    const results = [dy, x, filter].map((it) => arrays.empty(it.length));
    const [result = 0, byInput = 0, byFilter = 0] = results;
    const operands = {
      x: images,
      filter: cells,
      bias: arrays.put(bias),
      activation: Activation.none,
      out: result,
    };
    runConvolution(backend, info, operands);
    runInputGradient(backend, info, slopes, cells, byInput);
    runFilterGradient(backend, info, images, slopes, byFilter);
    return results.map((it) => arrays.get(it));
  });
  const expected = reference(info, x, filter, bias, dy);
  // Winograd's transforms lose a digit.
  expectClose(out ?? [], expected.out, 1e-5, "output");
  expectClose(dx ?? [], expected.dx, 1e-5, "gradient by the input");
  expectClose(dw ?? [], expected.dw, 1e-5, "gradient by the filter");
  expect(out?.length).toBe(dy.length);
});

/** Every product of a pixel and a weight, one by one. */
function reference(
  info: backend_util.Conv2DInfo,
  x: Float32Array,
  filter: Float32Array,
  bias: Float32Array,
  dy: Float32Array,
) {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = info;
  const out = Float64Array.from(dy, (_, at) => bias[at % outChannels] ?? 0);
  const [dx, dw] = [new Float64Array(x.length), new Float64Array(filter.length)];
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
      for (let channel = 0; channel < inChannels; channel++) {
        const from = ((image * inHeight + h) * inWidth + w) * inChannels + channel;
        const by = (cell * inChannels + channel) * outChannels + map;
        out[to] = (out[to] ?? 0) + (x[from] ?? 0) * (filter[by] ?? 0);
        dx[from] = (dx[from] ?? 0) + (dy[to] ?? 0) * (filter[by] ?? 0);
        dw[by] = (dw[by] ?? 0) + (dy[to] ?? 0) * (x[from] ?? 0);
      }
    }
  }
  return { out, dx, dw };
}
