import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { Dice, expectAgreement, startBackend } from "./testing/agreement.ts";

let backend: SimdBackend;
beforeAll(async () => {
  backend = await startBackend(1);
});

test("depthwise convolution and its gradients agree with tfjs for random shapes", async () => {
  const dice = new Dice(5);
  for (let round = 0; round < 60; round++) {
    const kernel: [number, number] = [dice.whole(1, 4), dice.whole(1, 4)];
    const pad = dice.pick<"same" | "valid">(["same", "valid"]);
    const channels = dice.whole(1, 5);
    const images = [dice.whole(1, 3), dice.whole(kernel[0], 8), dice.whole(kernel[1], 8), channels];
    const filter = [...kernel, channels, dice.whole(1, 3)];
    const stride = dice.whole(1, 4);
    const inputs = [dice.input(images), dice.input(filter)];
    await expectAgreement(
      backend,
      inputs,
      (...tensors) => {
        const { value, grads } = tf.valueAndGrads((x, by) =>
          tf.sum(tf.square(tf.depthwiseConv2d(x as tf.Tensor4D, by as tf.Tensor4D, stride, pad))),
        )(tensors);
        return [value, ...grads];
      },
      { tolerance: 1e-4 },
    );
  }
});
