import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { Dice, expectAgreement, startBackend } from "./testing/agreement.ts";

type Padding = "same" | "valid" | [[number, number], [number, number], [number, number], [number, number]];

interface Case {
  readonly images: [number, number, number, number];
  readonly kernel: [number, number];
  readonly filters: number;
  readonly strides: [number, number];
  readonly dilations: [number, number];
  readonly pad: Padding;
}

const plain = { strides: [1, 1], dilations: [1, 1], pad: "same" } satisfies Partial<Case>;
const explicit: Padding = [
  [0, 0],
  [2, 1],
  [0, 3],
  [0, 0],
];

const nasty: readonly (readonly [string, Case])[] = [
  ["1×1 kernel", { ...plain, images: [2, 5, 7, 3], kernel: [1, 1], filters: 5 }],
  [
    "1×1 kernel with a stride",
    { ...plain, images: [2, 5, 7, 3], kernel: [1, 1], filters: 5, strides: [2, 3] },
  ],
  ["1×1 image", { ...plain, images: [3, 1, 1, 4], kernel: [3, 3], filters: 2 }],
  [
    "stride larger than the kernel",
    { ...plain, images: [2, 11, 9, 2], kernel: [2, 2], filters: 3, strides: [4, 3] },
  ],
  [
    "stride larger on one axis only",
    { ...plain, images: [1, 9, 9, 2], kernel: [1, 4], filters: 3, strides: [2, 1] },
  ],
  ["one image, one channel, one filter", { ...plain, images: [1, 6, 6, 1], kernel: [5, 5], filters: 1 }],
  [
    "window as large as the image",
    { ...plain, images: [2, 4, 5, 3], kernel: [4, 5], filters: 9, pad: "valid" },
  ],
  ["dilation", { ...plain, images: [2, 9, 8, 3], kernel: [3, 2], filters: 4, dilations: [2, 3] }],
  ["uneven explicit padding", { ...plain, images: [2, 6, 5, 3], kernel: [3, 3], filters: 4, pad: explicit }],
  ["Winograd, sizes no multiple of four", { ...plain, images: [5, 9, 6, 16], kernel: [3, 3], filters: 24 }],
  [
    "Winograd without padding",
    { ...plain, images: [3, 11, 6, 24], kernel: [3, 3], filters: 16, pad: "valid" },
  ],
  ["Winograd, many images", { ...plain, images: [19, 4, 4, 16], kernel: [3, 3], filters: 16 }],
  [
    "Winograd, uneven padding",
    { ...plain, images: [2, 7, 8, 16], kernel: [3, 3], filters: 16, pad: explicit },
  ],
  ["many images", { ...plain, images: [33, 5, 4, 3], kernel: [3, 3], filters: 10 }],
];

describe.each([1, 2])("convolutions on %i threads agree with tfjs", (threads) => {
  let backend: SimdBackend;
  beforeAll(async () => {
    backend = await startBackend(threads);
  });

  test.each(nasty)("%s", async (_, it) => checkAll(backend, new Dice(1), it));

  test("random shapes", async () => {
    const dice = new Dice(2);
    let checked = 0;
    while (checked < 40) {
      const it = randomCase(dice);
      const { outHeight, outWidth } = geometry(it);
      if (outHeight < 1 || outWidth < 1) continue;
      await checkAll(backend, dice, it);
      checked++;
    }
    expect(checked).toBe(40);
  });

  test("images stored channels first are left to tfjs", async () => {
    const dice = new Dice(3);
    const inputs = [dice.input([1, 2, 5, 4]), dice.input([3, 3, 2, 6])];
    const attributes = { strides: 1, pad: "same", dilations: 1, dataFormat: "NCHW" };
    await expectAgreement(
      backend,
      inputs,
      (x, filter) => tf.engine().runKernel<tf.Tensor>("Conv2D", { x, filter }, attributes),
      { fallsBack: true },
    );
  });

  test("a transposed convolution may ask for a larger input", async () => {
    const dice = new Dice(4);
    const inputs = [dice.input([1, 3, 3, 2]), dice.input([3, 3, 4, 2])];
    await expectAgreement(backend, inputs, (x, filter) =>
      tf.conv2dTranspose(
        tf.reshape<tf.Rank.R4>(x, [1, 3, 3, 2]),
        tf.reshape<tf.Rank.R4>(filter, [3, 3, 4, 2]),
        [1, 6, 6, 4],
        2,
        "same",
      ),
    );
  });
});

async function checkAll(backend: SimdBackend, dice: Dice, it: Case): Promise<void> {
  const { images, kernel, filters, strides, dilations, pad } = it;
  const { outShape } = geometry(it);
  const attributes = { strides, pad, dilations, dataFormat: "NHWC" };
  const x = dice.input(images);
  const filter = dice.input([...kernel, images[3], filters]);
  const bias = dice.input([filters]);
  const dy = dice.input(outShape);
  const run = (name: string, inputs: tf.NamedTensorMap, attrs: object) =>
    tf.engine().runKernel<tf.Tensor>(name, inputs, { ...attrs });
  await expectAgreement(backend, [x, filter], (x, filter) => run("Conv2D", { x, filter }, attributes));
  for (const activation of ["linear", "relu", "relu6"])
    await expectAgreement(backend, [x, filter, bias], (x, filter, bias) =>
      run("FusedConv2D", { x, filter, bias }, { ...attributes, activation }),
    );
  if (dilations.some((it) => it > 1)) return;
  await expectAgreement(backend, [dy, filter], (dy, filter) =>
    run("Conv2DBackpropInput", { dy, filter }, { ...attributes, inputShape: images }),
  );
  await expectAgreement(backend, [x, dy], (x, dy) =>
    run("Conv2DBackpropFilter", { x, dy }, { ...attributes, filterShape: filter.shape }),
  );
}

function randomCase(dice: Dice): Case {
  const winograd = dice.next() < 0.25;
  const dilated = dice.next() < 0.2;
  return {
    images: [
      dice.whole(1, 4),
      dice.whole(1, 13),
      dice.whole(1, 13),
      winograd ? 4 * dice.whole(1, 6) : dice.whole(1, 9),
    ],
    kernel: winograd
      ? dice.pick<[number, number]>([
          [3, 3],
          [5, 5],
        ])
      : [dice.whole(1, 5), dice.whole(1, 5)],
    filters: winograd ? 8 * dice.whole(1, 3) : dice.whole(1, 19),
    strides: dilated || winograd ? [1, 1] : [dice.whole(1, 3), dice.whole(1, 3)],
    dilations: dilated && !winograd ? [dice.whole(1, 3), dice.whole(1, 3)] : [1, 1],
    pad: dice.pick<Padding>([
      "same",
      "valid",
      [
        [0, 0],
        [dice.whole(0, 2), dice.whole(0, 2)],
        [dice.whole(0, 2), dice.whole(0, 2)],
        [0, 0],
      ],
    ]),
  };
}

function geometry({ images, kernel, filters, strides, dilations, pad }: Case): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computeConv2DInfo(images, [...kernel, images[3], filters], strides, dilations, pad);
}
