// Elementwise kernels on arrays given by address.

import { type Broadcast, flat } from "./broadcast.ts";
import { type Binary, Kernel, type Unary } from "./kernels/protocol.ts";
import { floatBits, type Launcher } from "./launcher.ts";

/** out = a ∘ b, both operands repeated as `plan` says. `out` may be one of them. */
export function combine(
  launcher: Launcher,
  operation: Binary,
  plan: Broadcast,
  a: number,
  b: number,
  out: number,
): void {
  const { outer, rows, inner } = plan;
  const count = outer * rows * inner;
  // Written out: for small tensors spreading lists would take longer than the kernel.
  launcher.run(Kernel.binary, launcher.sharesFor(count / 4), [
    operation,
    outer,
    rows,
    inner,
    a,
    b,
    out,
    plan.a.outerStep * 4,
    plan.a.rowStep * 4,
    plan.b.outerStep * 4,
    plan.b.rowStep * 4,
    plan.a.single ? 1 : 0,
    plan.b.single ? 1 : 0,
  ]);
}

/** out[i] = a[i] ∘ b[i] for `count` values. */
export const combineFlat = (
  launcher: Launcher,
  operation: Binary,
  count: number,
  a: number,
  b: number,
  out: number,
): void => combine(launcher, operation, flat(count), a, b, out);

/** out[i] = f(x[i]) for `count` values; `out` may be `x`. */
export function transform(
  launcher: Launcher,
  operation: Unary,
  count: number,
  x: number,
  out: number,
  parameter = 0,
): void {
  launcher.run(Kernel.unary, launcher.sharesFor(count / 4), [operation, count, x, out, floatBits(parameter)]);
}
