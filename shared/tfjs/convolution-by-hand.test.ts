import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, test } from "vitest";
import { buildSimd } from "../../build/simd.ts";
import { compile } from "../compile/compile.ts";
import type { Graph } from "../graph/graph.ts";
import type { Padding } from "../nodes/window.ts";
import { registerSimd } from "../simd/node.ts";
import { buildNetwork } from "./build.ts";

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

  test("same padding keeps the size and counts nothing outside", () => {
    const ones = Array.from({ length: 3 }, () => [1, 1, 1]);
    expect(convolved(ones, ones, "same")).toEqual(grid("464 / 696 / 464"));
  });
});
