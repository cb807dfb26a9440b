import * as tf from "@tensorflow/tfjs-core";
import { sameShape } from "../nodes/shape.ts";
import type { Surface } from "../protocol/training.ts";
import { softmax } from "../train/metrics.ts";
import { gridOver, type Plane } from "../train/plane.ts";
import type { Network } from "./build.ts";

/** Cells along each side: fine enough for a picture of 300 pixels, one small pass through the network. */
const size = 56;

/** Which class a network sees where in the plane. Undefined where the network does not turn two numbers into classes. */
export async function surfaceOf({ plan, model }: Network, plane: Plane): Promise<Surface | undefined> {
  const entrance = plan.steps.find((it) => it.kind.family === "input");
  const classes = plan.output?.output.length === 1 ? (plan.output.output[0] ?? 0) : 0;
  if (!entrance || !sameShape(entrance.output, [2]) || classes < 2) return undefined;
  const answer = tf.tidy(() => {
    const given = model.apply(tf.tensor2d(gridOver(plane, size), [size * size, 2]), { training: false });
    return (Array.isArray(given) ? given[0] : given) as tf.Tensor;
  });
  const logits = await answer.data<"float32">();
  const surface = { size, classes: new Uint8Array(size * size), certainty: new Float32Array(size * size) };
  for (let cell = 0; cell < size * size; cell++) {
    const shares = softmax(logits.subarray(cell * classes, (cell + 1) * classes));
    const best = shares.reduce((most, it, index) => (it > (shares[most] ?? 0) ? index : most), 0);
    surface.classes[cell] = best;
    surface.certainty[cell] = shares[best] ?? 0;
  }
  answer.dispose();
  return surface;
}
