// Activation functions and their gradients on arrays given by address.

import { ActivationFunction, Kernel } from "./kernels/protocol.ts";
import { floatBits, type Launcher } from "./launcher.ts";

/** What a function's gradient is cheapest computed from. */
export function gradientTakes(name: ActivationFunction): "input" | "output" {
  switch (name) {
    case ActivationFunction.gelu:
    case ActivationFunction.swish:
    case ActivationFunction.softplus:
      return "input";
    default:
      return "output";
  }
}

/** out[i] = f(x[i]) for `count` values; `out` may be `x`. `slope` is leaky ReLU's below 0. */
export function runActivation(
  launcher: Launcher,
  name: ActivationFunction,
  count: number,
  x: number,
  out: number,
  slope = 0,
): void {
  launcher.run(Kernel.activation, launcher.sharesFor(count / 2), [name, count, x, out, floatBits(slope)]);
}

/** dx = dy · f′. `saved` is the function's output or input as `gradientTakes` says; `dx` may be `dy`. */
export function runActivationGradient(
  launcher: Launcher,
  name: ActivationFunction,
  count: number,
  dy: number,
  saved: number,
  dx: number,
  slope = 0,
): void {
  launcher.run(Kernel.activationGradient, launcher.sharesFor(count / 2), [
    ...[name, count, dy, saved, dx, floatBits(slope)],
  ]);
}
