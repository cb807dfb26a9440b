import {
  _FusedMatMul,
  type _FusedMatMulAttrs,
  BatchMatMul,
  type BatchMatMulAttrs,
  broadcast_util,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { activationOf } from "./activation.ts";
import type { SimdBackend } from "./backend.ts";
import { defineKernel, type SimdKernel } from "./kernel.ts";
import { Activation, Kernel } from "./kernels/protocol.ts";
import type { Launcher } from "./launcher.ts";
import { areFloats, sizeOf } from "./shape.ts";

interface MatMulInputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly bias?: TensorInfo;
}

export const matmulKernels: readonly SimdKernel[] = [
  defineKernel<MatMulInputs, BatchMatMulAttrs>(BatchMatMul, (backend, inputs, { transposeA, transposeB }) =>
    multiply(backend, inputs, transposeA, transposeB, Activation.none),
  ),
  defineKernel<MatMulInputs, _FusedMatMulAttrs>(_FusedMatMul, (backend, inputs, attributes) => {
    const activation = activationOf(attributes.activation);
    if (activation === undefined) return undefined;
    return multiply(backend, inputs, attributes.transposeA, attributes.transposeB, activation);
  }),
];

/** A matrix of which element (i, j) lies at address + i·rowStep + j·columnStep, in bytes. */
export interface Matrix {
  readonly address: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

/** out [rows, columns] = activation(a [rows, depth] · b [depth, columns] + bias [columns]); bias 0 means none. */
export interface Product {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly a: Matrix;
  readonly b: Matrix;
  readonly out: number;
  readonly bias: number;
  readonly activation: Activation;
}

/** What a packed matrix may take to stay in a second-level cache. */
const packedBytes = 131072;
const panelColumns = 8;

export function runProduct(launcher: Launcher, product: Product): void {
  const { rows, columns, depth, a, b, out, bias, activation } = product;
  const shares = launcher.sharesFor((rows * columns * depth) / 8);
  // Tall products are split by rows: the caller of the next kernel finds them so in its cache, and a row is read once.
  const byRows = rows >= 2 * columns && columns * depth * 4 <= packedBytes;
  const scratchBytes = launcher.module.gemmScratchBytes(
    depth,
    byRows ? Math.ceil(columns / panelColumns) : 1,
  );
  const scratch = launcher.scratch(scratchBytes * launcher.slots);
  launcher.run(Kernel.gemm, shares, [
    ...[rows, columns, depth, a.address, a.rowStep, a.columnStep, b.address, b.rowStep, b.columnStep],
    ...[out, bias, activation, byRows ? 1 : 0, scratch, scratchBytes],
  ]);
}

function multiply(
  backend: SimdBackend,
  { a, b, bias }: MatMulInputs,
  transposeA: boolean,
  transposeB: boolean,
  activation: Activation,
): TensorInfo | undefined {
  if (!areFloats(a, b)) return undefined;
  const [aRows, aColumns] = lastTwo(a.shape, transposeA);
  const [bRows, bColumns] = lastTwo(b.shape, transposeB);
  if (aColumns !== bRows) return undefined;
  if (bias && (bias.dtype !== "float32" || sizeOf(bias.shape) !== bColumns)) return undefined;
  const aBatch = a.shape.slice(0, -2);
  const bBatch = b.shape.slice(0, -2);
  const batch = broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch);
  const count = sizeOf(batch);
  const aCount = sizeOf(aBatch);
  const bCount = sizeOf(bBatch);
  // A batch is repeated as a whole or not at all.
  if ((aCount !== count && aCount !== 1) || (bCount !== count && bCount !== 1)) return undefined;

  const aAddress = backend.address(a);
  const bAddress = backend.address(b);
  const biasAddress = bias ? backend.address(bias) : 0;
  const result = backend.newTensor([...batch, aRows, bColumns]);
  const out = backend.address(result);
  for (let i = 0; i < count; i++)
    runProduct(backend, {
      rows: aRows,
      columns: bColumns,
      depth: aColumns,
      a: matrix(aAddress + (aCount === 1 ? 0 : i * aRows * aColumns * 4), aRows, aColumns, transposeA),
      b: matrix(bAddress + (bCount === 1 ? 0 : i * bRows * bColumns * 4), bRows, bColumns, transposeB),
      out: out + i * aRows * bColumns * 4,
      bias: biasAddress,
      activation,
    });
  return result;
}

/** Rows and columns as the product sees them. */
function lastTwo(shape: readonly number[], transposed: boolean): readonly [number, number] {
  const rows = shape.at(-2) ?? 1;
  const columns = shape.at(-1) ?? 1;
  return transposed ? [columns, rows] : [rows, columns];
}

/** A dense matrix, stored as [columns, rows] when it is transposed. */
export function matrix(address: number, rows: number, columns: number, transposed: boolean): Matrix {
  return transposed
    ? { address, rowStep: 4, columnStep: rows * 4 }
    : { address, rowStep: columns * 4, columnStep: 4 };
}
