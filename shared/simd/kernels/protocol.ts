// What the kernels and their TypeScript callers must agree on. This file is compiled by both languages.

/** Number under which a kernel is dispatched. */
export const enum Kernel {
  gemm,
  convolution,
  filterGradient,
  winogradFilter,
  winogradConvolution,
  winogradFilterGradient,
  sumParts,
  sumColumns,
  sumRows,
  maxPool,
  maxPoolGradient,
  averagePool,
  averagePoolGradient,
  binary,
  unary,
  batchNorm,
  sgd,
  momentum,
  rmsprop,
  adam,
  depthwise,
  depthwiseInputGradient,
  depthwiseFilterGradient,
  batchNormMoments,
  batchNormTraining,
  batchNormSums,
  batchNormGradient,
  layerNorm,
  layerNormGradient,
  layerNormParts,
  activation,
  activationGradient,
  softmax,
  softmaxGradient,
  crossEntropy,
  dropout,
  copyGrid,
  fill,
  gather,
  nearestGradient,
  bilinear,
  bilinearGradient,
  affine,
  maximumGradient,
  globalMax,
  globalMaxGradient,
  globalAverageGradient,
  locallyConnected,
  locallyConnectedInputGradient,
  locallyConnectedFilterGradient,
  stridedInputGradient,
}

/** Operations of `Kernel.binary`. */
export const enum Binary {
  add,
  subtract,
  multiply,
  divide,
  maximum,
  minimum,
  squaredDifference,
  /** a · 1 where b > 0, a · 0 where b ≤ 0, NaN where b is NaN. */
  reluGradient,
}

/** Operations of `Kernel.unary`. */
export const enum Unary {
  relu,
  relu6,
  /** 1 where x > 0, else the parameter. */
  step,
  negate,
  absolute,
  square,
  squareRoot,
  reciprocalSquareRoot,
  exponential,
  logarithm,
  sigmoid,
  tanh,
  copy,
}

/** Functions of `Kernel.activation`. */
export const enum ActivationFunction {
  relu,
  leakyRelu,
  elu,
  selu,
  gelu,
  sigmoid,
  tanh,
  swish,
  softplus,
}

/** Activation applied while a result is still in registers. */
export const enum Activation {
  none,
  relu,
  relu6,
}

/**
 * One job of a program, as words: kernel, shares, number of arguments, arguments. The next job follows at once.
 */
export const enum JobWord {
  kernel,
  shares,
  count,
  arguments,
}

/**
 * Byte addresses of the control block. Words that different threads write lie on cache lines of their own.
 * The heap begins above `end`.
 */
export const enum Control {
  /** Set when the pool is to end: workers take no more shares and return. */
  closed = 896,
  /** Seconds without any share being finished after which the caller takes a worker for dead. */
  patience = 900,
  /** Set while the caller sleeps until a share is finished and must be notified. */
  waiting = 960,
  /** Says which job there is and which of its shares are left to be taken; the workers sleep on it. */
  ticket = 1024,
  /** How many shares of the current job the workers have finished. */
  finished = 1088,
  /** How many workers sleep and must be notified. */
  sleepers = 1152,
  /** Set when a share will never be finished: by a worker that failed, or by a caller whose patience has ended. */
  broken = 1156,
  /** `Kernel` of the current job. */
  kernel = 1216,
  /** Address of the current job's arguments. */
  job = 1220,
  /** Into how many shares the current job is split. */
  shares = 1224,
  /** Arguments of a job that is not part of a program, four bytes each, in the order of the kernel's argument class. */
  arguments = 1280,
  end = 2048,
}
