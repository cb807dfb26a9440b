import { type Expression, number, product } from "../nodes/expression.ts";
import { valuesOf } from "../nodes/weighted.ts";
import type { Step } from "./plan.ts";

const bytesPerValue = number(4, "bytes per value");

/** Bytes of a layer's output for a batch, as float32: what it hands on. */
export const inferenceBytes = (step: Step, batch: number): Expression =>
  product(number(batch, "batch"), valuesOf(step.output), bytesPerValue);

/** Training keeps a layer's output until its gradient is there, which is as large. */
export const trainingBytes = (step: Step, batch: number): Expression =>
  product(number(2, "output and gradient"), inferenceBytes(step, batch));
