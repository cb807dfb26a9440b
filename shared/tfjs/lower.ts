import * as tf from "@tensorflow/tfjs-core";
import type { Step } from "../compile/plan.ts";
import { type Call, call } from "../nodes/kind.ts";
import { permutation } from "../nodes/random.ts";
import { isImage } from "../nodes/shape.ts";
import { callsOf } from "./build.ts";

/**
 * The step in tfjs's own layers. A pixel shuffle, which tfjs lacks, becomes a frozen dense layer whose kernel is the
 * permutation's matrix, applied to each channel's row of pixels.
 */
export function stockCalls(step: Step): readonly Call[] {
  if (step.node.kind === "shufflePixels") return shuffleCalls(step);
  return callsOf(step).map((it) =>
    it.fn === "conv2d" || it.fn === "dense"
      ? // What the weights started from; tfjs would write down its own default.
        { ...it, args: { ...it.args, kernelInitializer: "glorotUniform" } }
      : it,
  );
}

/** Whether a file can hold the shuffle's matrix: 64 MiB at most. */
export const canLower = (step: Step): boolean => places(step) <= 4096;

/** [from, to]: 1 where the pixel goes, else 0. */
export function permutationMatrix(step: Step): tf.Tensor2D {
  const size = places(step);
  const matrix = new Float32Array(size * size);
  for (const [to, from] of permutation(size, Number(step.values.seed)).entries())
    matrix[from * size + to] = 1;
  return tf.tensor2d(matrix, [size, size]);
}

function shuffleCalls(step: Step): readonly Call[] {
  const size = places(step);
  const moved = call("dense", { units: size, useBias: false, trainable: false, kernelInitializer: "zeros" });
  if (!isImage(step.output)) return [moved];
  const [, , channels] = step.output;
  const asDrawn = call("reshape", { targetShape: step.output });
  if (channels === 1) return [call("reshape", { targetShape: [size] }), moved, asDrawn];
  // Dense works along the last axis, so the pixels must stand there.
  const turned = call("permute", { dims: [2, 1] });
  return [call("reshape", { targetShape: [size, channels] }), turned, moved, turned, asDrawn];
}

const places = ({ output }: Step): number => (isImage(output) ? output[0] * output[1] : output[0]);
