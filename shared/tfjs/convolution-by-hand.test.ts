import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, test } from "vitest";
import { buildSimd } from "../../build/simd.ts";
import { compile } from "../compile/compile.ts";
import { initialWeights } from "../compile/weights.ts";
import type { Graph } from "../graph/graph.ts";
import type { Values } from "../nodes/settings.ts";
import type { Padding } from "../nodes/window.ts";
import { registerSimd } from "../simd/node.ts";
import { buildNetwork } from "./build.ts";
import { planOf } from "./testing/designs.ts";

beforeAll(async () => {
  await buildSimd();
  await registerSimd({ threads: 1 });
});

/** Rows of digits, as they stand on a blackboard. */
const grid = (rows: string): number[][] => rows.split(" / ").map((row) => [...row].map(Number));

/** What a layer of one linear kernel without bias makes of an image. */
function convolved(image: number[][], kernel: number[][], padding: Padding = "valid"): number[][] {
  const graph: Graph = {
    nodes: [
      {
        id: "image",
        kind: "input",
        values: { height: image.length, width: image[0]?.length ?? 0 },
        at: [0, 0],
      },
      {
        id: "conv",
        kind: "conv2d",
        values: { filters: 1, kernel: kernel.length, padding, bias: false, activation: "linear" },
        at: [0, 0],
      },
    ],
    wires: [{ from: "image", to: "conv", slot: 0 }],
  };
  const network = buildNetwork(compile(graph), { conv: [Float32Array.from(kernel.flat())] }, 1);
  const maps = tf.tidy(() =>
    tf
      .squeeze(
        network.model.apply(tf.tensor([image.map((row) => row.map((it) => [it]))]), {
          training: false,
        }) as tf.Tensor,
        [0, 3],
      )
      .arraySync(),
  );
  network.dispose();
  return maps as number[][];
}

describe.each(["cpu", "simd"])("on %s", (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });

  test("the deck's first example", () => {
    const image = grid("11100 / 01110 / 00111 / 00110 / 01100");
    expect(convolved(image, grid("101 / 010 / 101"))).toEqual(grid("434 / 243 / 234"));
  });

  test("the exercise: no flip of the kernel", () => {
    const image = grid("33210 / 00131 / 31223 / 20022 / 20001");
    expect(convolved(image, grid("012 / 220 / 012"))).toEqual([
      [12, 12, 17],
      [10, 17, 19],
      [9, 6, 14],
    ]);
  });

  test("Sobel sees the edge between a bright left and a dark right half, its transpose nothing", () => {
    const image = Array.from({ length: 6 }, () => [1, 1, 1, 0, 0, 0]);
    const horizontal = [
      [1, 0, -1],
      [2, 0, -2],
      [1, 0, -1],
    ];
    const vertical = horizontal.map((_, column) => horizontal.map((row) => row[column] ?? 0));
    expect(convolved(image, horizontal)).toEqual(Array.from({ length: 4 }, () => [0, 4, 4, 0]));
    expect(
      convolved(image, vertical)
        .flat()
        .every((it) => it === 0),
    ).toBe(true);
  });

  test.each([true, false])(
    "given kernels come out of a design as they are written, trainable: %s",
    (trainable) => {
      const half = Array.from({ length: 36 }, (_, at) => (at % 6 < 3 ? 1 : 0));
      const given = (values: Values): number[] => {
        const plan = planOf(
          ["input", { height: 6, width: 6 }],
          ["conv2d", { filters: 1, padding: "valid", activation: "linear", trainable, ...values }],
        );
        const network = buildNetwork(plan, initialWeights(plan, 1), 1);
        const maps = tf.tidy(() => [
          ...(
            network.model.apply(tf.tensor4d(half, [1, 6, 6, 1]), { training: true }) as tf.Tensor
          ).dataSync(),
        ]);
        expect(network.trainable.length).toBe(trainable ? 2 : 0);
        network.dispose();
        return maps;
      };
      const rows = (row: number[]): number[] => [row, row, row, row].flat();
      expect(given({ weights: "sobelHorizontal" })).toEqual(rows([0, 4, 4, 0]));
      expect(given({ weights: "sobelVertical" })).toEqual(rows([0, 0, 0, 0]));
      expect(given({ weights: "prewittHorizontal" })).toEqual(rows([0, 3, 3, 0]));
      expect(given({ weights: "identity" })).toEqual(rows([1, 1, 0, 0]));
      // Not flipped: the left cell looks left.
      expect(given({ weights: [0, 0, 0, 2, 0, -1, 0, 0, 0] })).toEqual(rows([1, 2, 2, 0]));
    },
  );

  test("a given kernel applied to each channel keeps them apart, applied to their sum adds them", () => {
    const pixels = Array.from({ length: 2 * 36 }, (_, at) => (at % 2 ? 10 : 1) * ((at >> 1) % 6 < 3 ? 1 : 0));
    for (const kind of ["conv2d", "locallyConnected2d"])
      for (const across of ["channel", "sum"]) {
        const plan = planOf(
          ["input", { height: 6, width: 6, channels: 2 }],
          [kind, { filters: 2, padding: "valid", activation: "linear", weights: "sobelHorizontal", across }],
        );
        const network = buildNetwork(plan, initialWeights(plan, 1), 1);
        const maps = tf.tidy(() => [
          ...(network.model.apply(tf.tensor4d(pixels, [1, 6, 6, 2]), {}) as tf.Tensor).dataSync(),
        ]);
        const edge = across === "channel" ? [4, 40] : [44, 44];
        const row = [0, 0, ...edge, ...edge, 0, 0];
        expect(maps).toEqual([row, row, row, row].flat());
        network.dispose();
      }
  });

  test("same padding keeps the size and counts nothing outside", () => {
    const ones = Array.from({ length: 3 }, () => [1, 1, 1]);
    expect(convolved(ones, ones, "same")).toEqual(grid("464 / 696 / 464"));
  });
});
