import { beforeAll, expect, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { Activation } from "./kernels/protocol.ts";
import {
  type LocallyConnectedSize,
  runLocallyConnected,
  runLocallyConnectedBiasGradient,
  runLocallyConnectedFilterGradient,
  runLocallyConnectedInputGradient,
} from "./run-locally-connected.ts";
import { Dice } from "./testing/agreement.ts";
import { expectClose, onEveryPool, startPools } from "./testing/arrays.ts";

let pools: readonly SimdBackend[];
beforeAll(async () => {
  pools = await startPools();
});

const dice = new Dice(31);
const sizes: readonly LocallyConnectedSize[] = Array.from({ length: 24 }, (_, round) => {
  const same = round % 2 === 0;
  const side = (kernel: number, stride: number) => {
    const length = kernel + dice.whole(0, 4);
    const places = same ? Math.ceil(length / stride) : Math.floor((length - kernel) / stride) + 1;
    const pad = same ? Math.floor(Math.max((places - 1) * stride + kernel - length, 0) / 2) : 0;
    return { length, places, pad };
  };
  const [kernelHeight, kernelWidth] = [dice.whole(1, 4), dice.whole(1, 4)];
  const [strideHeight, strideWidth] = [dice.whole(1, 5), dice.whole(1, 3)];
  const [rows, columns] = [side(kernelHeight, strideHeight), side(kernelWidth, strideWidth)];
  return {
    images: dice.whole(1, 9),
    channels: dice.whole(1, 6),
    filters: dice.whole(1, 19),
    ...{ height: rows.length, width: columns.length, outHeight: rows.places, outWidth: columns.places },
    ...{ kernelHeight, kernelWidth, strideHeight, strideWidth, padTop: rows.pad, padLeft: columns.pad },
  };
});

test.each(sizes.map((size, round) => ({ size, round })))("case $round: $size", ({ size, round }) => {
  const numbers = new Dice(round + 1);
  const draw = (length: number) => Float32Array.from({ length }, () => numbers.next() * 2 - 1);
  const { images, height, width, channels, outHeight, outWidth, filters, kernelHeight, kernelWidth } = size;
  const positions = outHeight * outWidth;
  const x = draw(images * height * width * channels);
  const kernel = draw(positions * kernelHeight * kernelWidth * channels * filters);
  const bias = draw(positions * filters);
  const dy = draw(images * positions * filters);
  const [out, dx, dw, db] = onEveryPool(pools, (backend, arrays) => {
    const [input, weights, slopes] = [arrays.put(x), arrays.put(kernel), arrays.put(dy)];
    const results = [dy, x, kernel, bias].map((it) => arrays.empty(it.length));
    const [result = 0, byInput = 0, byKernel = 0, byBias = 0] = results;
    runLocallyConnected(backend, size, {
      ...{ x: input, kernel: weights, bias: arrays.put(bias), activation: Activation.none, out: result },
    });
    runLocallyConnectedInputGradient(backend, size, slopes, weights, byInput);
    runLocallyConnectedFilterGradient(backend, size, input, slopes, byKernel);
    runLocallyConnectedBiasGradient(backend, size, slopes, byBias);
    return results.map((it) => arrays.get(it));
  });

  const expected = {
    out: Float64Array.from(dy, (_, at) => bias[at % (positions * filters)] ?? 0),
    dx: new Float64Array(x.length),
    dw: new Float64Array(kernel.length),
    db: new Float64Array(bias.length),
  };
  for (let to = 0; to < dy.length; to++) {
    const filter = to % filters;
    const position = Math.floor(to / filters) % positions;
    const image = Math.floor(to / filters / positions);
    const own = position * filters + filter;
    expected.db[own] = (expected.db[own] ?? 0) + (dy[to] ?? 0);
    for (let cell = 0; cell < kernelHeight * kernelWidth; cell++) {
      const row =
        Math.floor(position / outWidth) * size.strideHeight - size.padTop + Math.floor(cell / kernelWidth);
      const column = (position % outWidth) * size.strideWidth - size.padLeft + (cell % kernelWidth);
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      for (let channel = 0; channel < channels; channel++) {
        const from = ((image * height + row) * width + column) * channels + channel;
        const by = ((position * kernelHeight * kernelWidth + cell) * channels + channel) * filters + filter;
        expected.out[to] = (expected.out[to] ?? 0) + (x[from] ?? 0) * (kernel[by] ?? 0);
        expected.dx[from] = (expected.dx[from] ?? 0) + (dy[to] ?? 0) * (kernel[by] ?? 0);
        expected.dw[by] = (expected.dw[by] ?? 0) + (dy[to] ?? 0) * (x[from] ?? 0);
      }
    }
  }
  expectClose(out ?? [], expected.out, 2e-6, "output");
  expectClose(dx ?? [], expected.dx, 2e-6, "gradient by the input");
  expectClose(dw ?? [], expected.dw, 2e-6, "gradient by the kernel");
  expectClose(db ?? [], expected.db, 2e-6, "gradient by the bias");
  expect(out?.length).toBe(dy.length);
});
