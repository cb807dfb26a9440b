import type { FormatName } from "../index.ts";
import { checkTfjs } from "./check-tfjs.ts";
import * as python from "./python-checks.ts";

/** What a check program is made for. */
export interface Checked {
  /** Where the format's files lie in the bundle. */
  readonly paths: readonly string[];
  /** The design ends in a softmax, which a PyTorch program leaves to its loss. */
  readonly softmax: boolean;
  /** Whether the bundle holds a file. */
  has(path: string): boolean;
}

/** How far an answer may be from ours, relative where ours exceeds 1. */
export const tolerance = 1e-5;

/**
 * A program per format that loads the model, runs the probes, compares and prints one line; none where something that it
 * takes is left out of the bundle.
 */
export const checks: Readonly<Record<string, (checked: Checked) => string | undefined>> = {
  tfjs: checkTfjs,
  onnx: python.checkOnnx,
  keras: python.checkKeras,
  h5: python.checkKeras,
  tflite: python.checkTflite,
  pytorch: python.checkPytorch,
};

export const checkName = (name: FormatName): string => `check_${name}.${name === "tfjs" ? "mjs" : "py"}`;
