import * as tf from "@tensorflow/tfjs-core";
import { randomStream } from "../shared/nodes/random.ts";
import type { SimdBackend } from "../shared/simd/backend.ts";
import { Activation } from "../shared/simd/kernels/protocol.ts";
import { matrix, runProduct } from "../shared/simd/matmul.ts";
import { registerSimd } from "../shared/simd/node.ts";
import { runConvolution, runFilterGradient, runInputGradient } from "../shared/simd/run-convolution.ts";
import type { Row } from "./measure.ts";
import { measurePeak } from "./peak.ts";

// GFLOP/s of the kernels that take most of the time, on one thread, beside what the processor can do: prints rows as JSON.
// A convolution's operations are counted as its definition has them, so Winograd's may exceed the peak.

const images = 32;
const convolutions = [
  ["first of LeNet", 28, 1, 8, 5, 1],
  ["second of LeNet", 14, 8, 16, 5, 1],
  ["second of the CNN", 28, 8, 8, 3, 1],
  ["fourth of the CNN", 14, 16, 16, 3, 1],
  ["second of VGG-small", 32, 32, 32, 3, 1],
  ["fourth of VGG-small", 16, 64, 64, 3, 1],
  ["a stride of the residual net", 32, 16, 32, 3, 2],
] as const;

const simd = await registerSimd({ threads: 1 });
await tf.setBackend("simd");
const peak = await measurePeak();
const rows: Row[] = [{ what: "multiply-add peak, 1 thread", gigaflops: peak }];
const next = randomStream(1);

for (const [name, side, channels, filters, kernel, stride] of convolutions) {
  const info = tf.backend_util.computeConv2DInfo(
    [images, side, side, channels],
    [kernel, kernel, channels, filters],
    stride,
    1,
    "same",
  );
  const [x, w] = [
    drawn(simd, images * side * side * channels),
    drawn(simd, kernel ** 2 * channels * filters),
  ];
  const outSize = images * info.outHeight * info.outWidth * filters;
  const y = drawn(simd, outSize);
  const operations = 2 * outSize * kernel ** 2 * channels;
  const forward = { x, filter: w, bias: 0, activation: Activation.none, out: y };
  const dx = drawn(simd, images * side * side * channels);
  const dw = drawn(simd, kernel ** 2 * channels * filters);
  const shape = `${kernel}×${kernel}, ${channels}→${filters}, ${side}×${side}`;
  add(`${name} (${shape}), forward`, operations, () => runConvolution(simd, info, forward));
  add(`${name}, input gradient`, operations, () => runInputGradient(simd, info, y, w, dx));
  add(`${name}, filter gradient`, operations, () => runFilterGradient(simd, info, x, y, dw));
}
for (const [rows, depth, columns] of [
  [128, 784, 100],
  [784, 128, 100],
] as const) {
  const [a, b, out] = [drawn(simd, rows * depth), drawn(simd, depth * columns), drawn(simd, rows * columns)];
  add(`product ${rows}×${depth} · ${depth}×${columns}`, 2 * rows * depth * columns, () =>
    runProduct(simd, {
      ...{ rows, columns, depth, out, bias: 0, activation: Activation.none },
      a: matrix(a, rows, depth, false),
      b: matrix(b, depth, columns, false),
    }),
  );
}
process.stdout.write(JSON.stringify(rows));
process.exit();

function drawn({ heap }: SimdBackend, size: number): number {
  const address = heap.allocate(size * 4);
  for (let at = 0; at < size; at++) heap.floats[address / 4 + at] = next() - 0.5;
  return address;
}

function add(what: string, operations: number, run: () => void): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 25; round++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  const gigaflops = operations / best / 1e6;
  rows.push({ what, ms: best, gigaflops, note: `${((100 * gigaflops) / peak).toFixed(0)} % of the peak` });
}
