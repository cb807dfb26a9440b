import {
  Abs,
  Add,
  Cast,
  type CastAttrs,
  Elu,
  EluGrad,
  Exp,
  LeakyRelu,
  type LeakyReluAttrs,
  Log,
  Maximum,
  Minimum,
  Multiply,
  Neg,
  RealDiv,
  Relu,
  Relu6,
  Rsqrt,
  Selu,
  Sigmoid,
  Softplus,
  Sqrt,
  Square,
  SquaredDifference,
  Step,
  type StepAttrs,
  Sub,
  Tanh,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";
import { broadcast } from "./broadcast.ts";
import { defineKernel, type SimdKernel } from "./kernel.ts";
import { ActivationFunction, Binary, Unary } from "./kernels/protocol.ts";
import { runActivation, runActivationGradient } from "./run-activation.ts";
import { combine, transform } from "./run-elementwise.ts";
import { areFloats, sizeOf } from "./shape.ts";

const binaries: readonly (readonly [string, Binary])[] = [
  [Add, Binary.add],
  [Sub, Binary.subtract],
  [Multiply, Binary.multiply],
  [RealDiv, Binary.divide],
  [Maximum, Binary.maximum],
  [Minimum, Binary.minimum],
  [SquaredDifference, Binary.squaredDifference],
];

const unaries: readonly (readonly [string, Unary])[] = [
  [Relu, Unary.relu],
  [Relu6, Unary.relu6],
  [Neg, Unary.negate],
  [Abs, Unary.absolute],
  [Square, Unary.square],
  [Sqrt, Unary.squareRoot],
  [Rsqrt, Unary.reciprocalSquareRoot],
  [Exp, Unary.exponential],
  [Log, Unary.logarithm],
  [Sigmoid, Unary.sigmoid],
  [Tanh, Unary.tanh],
];

const activations: readonly (readonly [string, ActivationFunction])[] = [
  [Elu, ActivationFunction.elu],
  [Selu, ActivationFunction.selu],
  [Softplus, ActivationFunction.softplus],
];

export const elementwiseKernels: readonly SimdKernel[] = [
  ...activations.map(([name, activation]) =>
    defineKernel<{ x: TensorInfo }>(name, (backend, { x }) => activate(backend, activation, x, 0)),
  ),
  defineKernel<{ x: TensorInfo }, LeakyReluAttrs>(LeakyRelu, (backend, { x }, { alpha }) =>
    activate(backend, ActivationFunction.leakyRelu, x, alpha),
  ),
  defineKernel<{ dy: TensorInfo; y: TensorInfo }>(EluGrad, (backend, { dy, y }) => {
    if (!areFloats(dy, y) || sizeOf(dy.shape) !== sizeOf(y.shape)) return undefined;
    const [slopes, values] = [backend.address(dy), backend.address(y)];
    const result = backend.newTensor(y.shape);
    const out = backend.address(result);
    runActivationGradient(backend, ActivationFunction.elu, sizeOf(y.shape), slopes, values, out);
    return result;
  }),
  ...binaries.map(([name, operation]) =>
    defineKernel<{ a: TensorInfo; b: TensorInfo }>(name, (backend, { a, b }) =>
      runBinary(backend, operation, a, b),
    ),
  ),
  ...unaries.map(([name, operation]) =>
    defineKernel<{ x: TensorInfo }>(name, (backend, { x }) => runUnary(backend, operation, x, 0)),
  ),
  defineKernel<{ x: TensorInfo }, StepAttrs>(Step, (backend, { x }, { alpha }) =>
    runUnary(backend, Unary.step, x, alpha),
  ),
  defineKernel<{ x: TensorInfo }, CastAttrs>(Cast, toFloats),
];

function activate(
  backend: SimdBackend,
  activation: ActivationFunction,
  x: TensorInfo,
  slope: number,
): TensorInfo | undefined {
  if (!areFloats(x)) return undefined;
  const input = backend.address(x);
  const result = backend.newTensor(x.shape);
  runActivation(backend, activation, sizeOf(x.shape), input, backend.address(result), slope);
  return result;
}

/** Undefined where a broadcast is too involved for the kernel. */
export function runBinary(
  backend: SimdBackend,
  operation: Binary,
  a: TensorInfo,
  b: TensorInfo,
): TensorInfo | undefined {
  if (!areFloats(a, b)) return undefined;
  const plan = broadcast(a.shape, b.shape);
  if (!plan) return undefined;
  const aAddress = backend.address(a);
  const bAddress = backend.address(b);
  const result = backend.newTensor(plan.shape);
  combine(backend, operation, plan, aAddress, bAddress, backend.address(result));
  return result;
}

function runUnary(
  backend: SimdBackend,
  operation: Unary,
  x: TensorInfo,
  parameter: number,
): TensorInfo | undefined {
  if (!areFloats(x)) return undefined;
  const input = backend.address(x);
  const result = backend.newTensor(x.shape);
  transform(backend, operation, sizeOf(x.shape), input, backend.address(result), parameter);
  return result;
}

/** The cpu kernel puts the integers themselves under a float32 tensor; ours would read their bits as floats. */
function toFloats(
  backend: SimdBackend,
  { x }: { x: TensorInfo },
  { dtype }: CastAttrs,
): TensorInfo | undefined {
  if (dtype !== "float32" || (x.dtype !== "int32" && x.dtype !== "bool")) return undefined;
  const { values } = backend.data.get(x.dataId);
  if (!ArrayBuffer.isView(values)) return undefined;
  return backend.makeTensorInfo(x.shape, "float32", Float32Array.from(values));
}
