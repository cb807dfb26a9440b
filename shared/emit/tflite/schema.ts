/**
 * Operators as LiteRT numbers them, the version of each that does what is asked here, and the number of its options in the
 * union of all (tensorflow/compiler/mlir/lite/schema/schema.fbs: BuiltinOperator, BuiltinOptions).
 */
export const operators = {
  ABS: { code: 101, version: 1, options: 78 },
  ADD: { code: 0, version: 1, options: 11 },
  AVERAGE_POOL_2D: { code: 1, version: 1, options: 5 },
  BATCH_MATMUL: { code: 126, version: 1, options: 101 },
  CONCATENATION: { code: 2, version: 1, options: 10 },
  CONV_2D: { code: 3, version: 1, options: 1 },
  DEPTHWISE_CONV_2D: { code: 4, version: 1, options: 2 },
  ELU: { code: 111, version: 1, options: 0 },
  EXP: { code: 47, version: 1, options: 33 },
  FULLY_CONNECTED: { code: 9, version: 1, options: 8 },
  GATHER: { code: 36, version: 1, options: 23 },
  GELU: { code: 150, version: 1, options: 116 },
  LEAKY_RELU: { code: 98, version: 1, options: 75 },
  LOG: { code: 73, version: 1, options: 0 },
  LOGISTIC: { code: 14, version: 1, options: 0 },
  MAX_POOL_2D: { code: 17, version: 1, options: 5 },
  MAXIMUM: { code: 55, version: 1, options: 39 },
  MEAN: { code: 40, version: 1, options: 27 },
  MINIMUM: { code: 57, version: 1, options: 39 },
  MUL: { code: 18, version: 1, options: 21 },
  NEG: { code: 59, version: 1, options: 42 },
  PAD: { code: 34, version: 1, options: 22 },
  REDUCE_MAX: { code: 82, version: 1, options: 27 },
  RELU: { code: 19, version: 1, options: 0 },
  RESHAPE: { code: 22, version: 1, options: 17 },
  RESIZE_BILINEAR: { code: 23, version: 3, options: 15 },
  RESIZE_NEAREST_NEIGHBOR: { code: 97, version: 3, options: 74 },
  RSQRT: { code: 76, version: 1, options: 0 },
  SLICE: { code: 65, version: 1, options: 48 },
  SOFTMAX: { code: 25, version: 1, options: 9 },
  SQUARED_DIFFERENCE: { code: 99, version: 1, options: 76 },
  SUB: { code: 41, version: 1, options: 28 },
  TANH: { code: 28, version: 1, options: 0 },
  TRANSPOSE: { code: 39, version: 1, options: 26 },
  TRANSPOSE_CONV: { code: 67, version: 3, options: 49 },
} as const;
export type OperatorName = keyof typeof operators;

/** A field of an operator's options, in the schema's order. */
export type Field =
  | { readonly byte: number }
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] };

export const byte = (value: number): Field => ({ byte: value });
export const flag = (value: boolean): Field => ({ byte: Number(value) });
export const int = (value: number): Field => ({ int: value });
export const float = (value: number): Field => ({ float: value });

/** `ActivationFunctionType`: what an operator does with its sums at once. */
export const fused = { none: byte(0), relu: byte(1) } as const;
/** `Padding` */
export const paddings = { same: byte(0), valid: byte(1) } as const;
/** `TensorType` */
export const types = { float32: 0, int32: 2 } as const;
