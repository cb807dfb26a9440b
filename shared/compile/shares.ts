import { volume } from "../nodes/shape.ts";
import type { Step, Totals } from "./plan.ts";

/** A layer's part of the design's totals, each from 0 to 1; 0 where the total is 0. */
export interface Shares {
  readonly parameters: number;
  readonly macs: number;
  /** Of the memory of all outputs. */
  readonly memory: number;
}

export function sharesOf(step: Step, totals: Totals): Shares {
  const part = (own: number, all: number): number => (all ? own / all : 0);
  return {
    parameters: part(step.parameters, totals.parameters),
    macs: part(step.macs, totals.macs),
    memory: part(4 * volume(step.output), totals.activationBytes),
  };
}
