import { number, over, product } from "../nodes/expression.ts";
import { volume } from "../nodes/shape.ts";
import { counted, type Line } from "./derivations.ts";
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

/** Where a layer's share comes from. */
export interface ShareDerivation {
  readonly quantity: "parametersShare" | "macsShare" | "memoryShare";
  readonly title: string;
  /** In percent: `5.391 %`. */
  readonly value: string;
  readonly lines: readonly Line[];
}

/** A layer's shares in percent with their derivations, those that are 0 left out. */
export function shareDerivations(step: Step, totals: Totals): readonly ShareDerivation[] {
  const some = (
    quantity: ShareDerivation["quantity"],
    title: string,
    own: number,
    all: number,
    what: string,
  ): readonly ShareDerivation[] => {
    const share = over(
      product(number(100, "100"), number(own, `its ${what}`)),
      number(all, `${what} of all layers`),
    );
    return own ? [counted(quantity, title, share, " %")] : [];
  };
  return [
    ...some("parametersShare", "Share of parameters", step.parameters, totals.parameters, "parameters"),
    ...some("macsShare", "Share of multiply-adds", step.macs, totals.macs, "multiply-adds"),
    ...some(
      "memoryShare",
      "Share of all outputs",
      4 * volume(step.output),
      totals.activationBytes,
      "output bytes",
    ),
  ];
}
