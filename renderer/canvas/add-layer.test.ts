import { expect, test } from "vitest";
import type { Graph } from "../../shared/graph/graph.ts";
import { addBehind, freePlace, lastLayer } from "./add-layer.ts";

const chain: Graph = {
  nodes: [
    { id: "image", kind: "input", values: {}, at: [0, 0] },
    { id: "conv_1", kind: "conv2d", values: {}, at: [0, 140] },
  ],
  wires: [{ from: "image", to: "conv_1", slot: 0 }],
};

test("a layer behind one with one way out goes on that wire", () => {
  const { graph, id } = addBehind(chain, "image", "maxPool2d");
  expect(graph.wires.map((it) => `${it.from}→${it.to}`)).toEqual([`image→${id}`, `${id}→conv_1`]);
});

test("a layer behind the last one is wired below it", () => {
  const { graph, id } = addBehind(chain, "conv_1", "flatten");
  expect(graph.nodes.at(-1)).toMatchObject({ id, at: [0, 280] });
  expect(graph.wires.at(-1)).toEqual({ from: "conv_1", to: id, slot: 0 });
});

test("an input is never wired to what is selected", () => {
  const { graph } = addBehind(chain, "conv_1", "input");
  expect(graph.wires).toEqual(chain.wires);
});

test("a taken place moves to the right", () => {
  expect(freePlace(chain, [0, 140])).toEqual([240, 140]);
  expect(freePlace(chain, [0, 280])).toEqual([0, 280]);
});

test("the last layer is the one that feeds none", () => {
  expect(lastLayer(chain)).toBe("conv_1");
  expect(lastLayer({ nodes: [], wires: [] })).toBeUndefined();
});
