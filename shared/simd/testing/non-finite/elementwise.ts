import * as tf from "@tensorflow/tfjs-core";
import { randomStream } from "../../../nodes/random.ts";
import { broadcast } from "../../broadcast.ts";
import { ActivationFunction, Binary, Unary } from "../../kernels/protocol.ts";
import { gradientTakes, runActivation, runActivationGradient } from "../../run-activation.ts";
import { runDropout } from "../../run-dropout.ts";
import { combine, transform } from "../../run-elementwise.ts";
import { runAffine } from "../../run-merge.ts";
import { sizeOf } from "../../shape.ts";
import { draw, onCpu, positive, trial, whole } from "./trial.ts";

type Function = (x: tf.Tensor) => tf.Tensor;

const count = 23;
const slope = 0.2;
const [seluScale, seluDepth] = [1.0507009873554805, 1.7580993408473766];

const binaries: readonly (readonly [string, Binary, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor])[] = [
  ["add", Binary.add, tf.add],
  ["subtract", Binary.subtract, tf.sub],
  ["multiply", Binary.multiply, tf.mul],
  ["divide", Binary.divide, tf.div],
  ["maximum", Binary.maximum, tf.maximum],
  ["minimum", Binary.minimum, tf.minimum],
  ["squaredDifference", Binary.squaredDifference, tf.squaredDifference],
  ["reluGradient", Binary.reluGradient, (dy, y) => tf.mul(dy, tf.step(y))],
];
const meetings = [
  [[count], [count]],
  [
    [3, 5],
    [3, 1],
  ],
  [[5], [2, 3, 5]],
] as const;

const unaries: readonly (readonly [string, Unary, Function])[] = [
  ["relu", Unary.relu, tf.relu],
  ["relu6", Unary.relu6, tf.relu6],
  ["step", Unary.step, (x) => tf.step(x, slope)],
  ["negate", Unary.negate, tf.neg],
  ["absolute", Unary.absolute, tf.abs],
  ["square", Unary.square, tf.square],
  ["squareRoot", Unary.squareRoot, tf.sqrt],
  ["reciprocalSquareRoot", Unary.reciprocalSquareRoot, tf.rsqrt],
  ["exponential", Unary.exponential, tf.exp],
  ["logarithm", Unary.logarithm, tf.log],
  ["sigmoid", Unary.sigmoid, tf.sigmoid],
  ["tanh", Unary.tanh, tf.tanh],
  ["copy", Unary.copy, (x) => x],
];

/** Φ and φ of the normal distribution. */
const distribution: Function = (x) => tf.mul(0.5, tf.add(1, tf.erf(tf.div(x, Math.SQRT2))));
const density: Function = (x) => tf.div(tf.exp(tf.div(tf.square(x), -2)), Math.sqrt(2 * Math.PI));
const above: Function = (y) => tf.greater(y, 0);

/** Each function, and its derivative at what its gradient takes, output or input. */
const curves: readonly (readonly [string, ActivationFunction, value: Function, derivative: Function])[] = [
  ["relu", ActivationFunction.relu, tf.relu, (y) => tf.step(y)],
  ["leakyRelu", ActivationFunction.leakyRelu, (x) => tf.leakyRelu(x, slope), (y) => tf.step(y, slope)],
  ["elu", ActivationFunction.elu, tf.elu, (y) => tf.where(above(y), tf.onesLike(y), tf.add(y, 1))],
  [
    "selu",
    ActivationFunction.selu,
    tf.selu,
    (y) => tf.where(above(y), tf.fill(y.shape, seluScale), tf.add(y, seluDepth)),
  ],
  [
    "gelu",
    ActivationFunction.gelu,
    (x) => tf.mul(x, distribution(x)),
    (x) => tf.add(distribution(x), tf.mul(x, density(x))),
  ],
  ["sigmoid", ActivationFunction.sigmoid, tf.sigmoid, (y) => tf.mul(y, tf.sub(1, y))],
  ["tanh", ActivationFunction.tanh, tf.tanh, (y) => tf.sub(1, tf.square(y))],
  [
    "swish",
    ActivationFunction.swish,
    (x) => tf.mul(x, tf.sigmoid(x)),
    (x) => tf.mul(tf.sigmoid(x), tf.add(1, tf.mul(x, tf.sub(1, tf.sigmoid(x))))),
  ],
  ["softplus", ActivationFunction.softplus, tf.softplus, tf.sigmoid],
];

export const elementwise = {
  binary: binaries.flatMap(([name, operation, compute]) =>
    meetings.map(([a, b]) => {
      const plan = broadcast([...a], [...b]);
      if (!plan) throw new Error("no kernel for this broadcast");
      return trial({
        what: `${name} of ${a} and ${b}`,
        inputs: { a: draw(...a), b: draw(...b) },
        results: [sizeOf(plan.shape)],
        run: (backend, at, [out = 0]) => combine(backend, operation, plan, at.a, at.b, out),
        expected: onCpu(({ a, b }) => compute(a, b)),
      });
    }),
  ),
  unary: unaries.map(([name, operation, compute]) =>
    trial({
      what: name,
      inputs: { x: /squareRoot|logarithm/i.test(name) ? positive(count) : draw(count) },
      results: [count],
      run: (backend, { x }, [out = 0]) => transform(backend, operation, count, x, out, slope),
      expected: onCpu(({ x }) => compute(x)),
    }),
  ),
  activation: curves.map(([name, id, value]) =>
    trial({
      what: name,
      inputs: { x: draw(count) },
      results: [count],
      run: (backend, { x }, [out = 0]) => runActivation(backend, id, count, x, out, slope),
      expected: onCpu(({ x }) => value(x)),
      // Its e^(−x²/2) is taken in two parts, whose difference is ∞ − ∞.
      spreads: id === ActivationFunction.gelu ? { x: (place, at) => place === at } : {},
    }),
  ),
  activationGradient: curves.map(([name, id, , derivative]) =>
    trial({
      what: `${name}, of its ${gradientTakes(id)}`,
      inputs: { dy: draw(count), saved: draw(count) },
      results: [count],
      run: (backend, { dy, saved }, [dx = 0]) =>
        runActivationGradient(backend, id, count, dy, saved, dx, slope),
      expected: onCpu(({ dy, saved }) => tf.mul(dy, derivative(saved))),
    }),
  ),
  affine: [
    trial({
      what: "2x − 3",
      inputs: { x: draw(count) },
      results: [count],
      run: (backend, { x }, [out = 0]) => runAffine(backend, count, 2, -3, x, out),
      expected: onCpu(({ x }) => tf.sub(tf.mul(x, 2), 3)),
    }),
  ],
  dropout: [1, 3].map((pixels) =>
    trial({
      what: pixels === 1 ? "of values" : "of channels",
      inputs: { x: draw(4, pixels, 5) },
      results: [20 * pixels],
      run: (backend, { x }, [out = 0], arrays) =>
        runDropout(backend, { outer: 4, pixels, channels: 5 }, 0.5, whole(arrays, 77), x, out),
      // What is dropped is multiplied by 0, as tfjs does, and 0 · ∞ is NaN.
      expected({ x }) {
        const next = randomStream(77);
        const mask = Array.from({ length: 20 }, () => (next() < 0.5 ? 0 : 2));
        return [x.values.map((it, at) => it * (mask[Math.floor(at / pixels / 5) * 5 + (at % 5)] ?? 0))];
      },
    }),
  ),
};
