import { expect, it } from "vitest";
import { compile } from "../../../shared/compile/compile.ts";
import type { Graph } from "../../../shared/graph/graph.ts";
import type { KindName } from "../../../shared/nodes/index.ts";
import type { Values } from "../../../shared/nodes/settings.ts";
import { miniatureOf } from "./miniature.ts";

const line = (...layers: readonly (readonly [id: string, kind: KindName, values?: Values])[]): Graph => ({
  nodes: layers.map(([id, kind, values = {}]) => ({ id, kind, values, at: [0, 0] })),
  wires: layers.slice(1).map(([id], index) => ({ from: layers[index]?.[0] ?? "", to: id, slot: 0 })),
});

it("draws feature maps to scale and a classifier as cells", () => {
  const graph = line(
    ["image", "input"],
    ["conv", "conv2d"],
    ["pool", "maxPool2d"],
    ["flat", "flatten"],
    ["class", "dense", { units: 10 }],
  );
  const { blocks, links, width, height } = miniatureOf(compile(graph));
  const [image, conv, pool, flat, classes] = blocks;
  expect(blocks.map((it) => it.form)).toEqual(["stack", "stack", "stack", "bar", "cells"]);
  expect(conv?.width).toBe(image?.width);
  expect((conv?.width ?? 0) / (pool?.width ?? 1)).toBeCloseTo(2);
  expect([image?.count, conv?.count, classes?.count]).toEqual([1, 5, 10]);
  expect(flat?.height).toBeGreaterThan(classes?.height ?? 0);
  expect(links.map((it) => it.form)).toEqual(["window", "window", "fan", "fan"]);
  for (const block of blocks) {
    expect(block.x).toBeGreaterThanOrEqual(0);
    expect(block.x + block.width).toBeLessThanOrEqual(width);
    expect(block.y + block.height).toBeLessThanOrEqual(height);
  }
});

it("leaves out layers that change neither shape nor weights, and keeps the wire through them", () => {
  const graph = line(["image", "input"], ["drop", "dropout"], ["conv", "conv2d"], ["act", "activation"]);
  const { blocks, links } = miniatureOf(compile(graph));
  expect(blocks.map((it) => it.id)).toEqual(["image", "conv"]);
  expect(links).toHaveLength(1);
});

it("leads a skipping wire over the layers between", () => {
  const chain = line(
    ["image", "input"],
    ["one", "conv2d"],
    ["two", "conv2d"],
    ["three", "conv2d"],
    ["sum", "add"],
  );
  const graph = { ...chain, wires: [...chain.wires, { from: "one", to: "sum", slot: 1 }] };
  const { blocks, links } = miniatureOf(compile(graph));
  const over = links.find((it) => it.form === "line" && it.over !== undefined);
  const top = Math.min(...blocks.map((it) => it.y));
  expect(over?.form === "line" && (over.over?.y ?? top) < top).toBe(true);
});

it("draws nothing for an empty design", () => {
  expect(miniatureOf(compile({ nodes: [], wires: [] }))).toMatchObject({ blocks: [], links: [] });
});
