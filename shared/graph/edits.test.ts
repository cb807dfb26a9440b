import { describe, expect, test } from "vitest";
import type { KindName } from "../nodes/index.ts";
import { chain, type Link } from "./chain.ts";
import { copyNodes, duplicateNodes, pasteNodes } from "./clip.ts";
import {
  addNode,
  canConnect,
  connect,
  disconnect,
  insertOnWire,
  moveNodes,
  putOnWire,
  reconnect,
  removeNodes,
  renameNode,
  setValues,
} from "./edits.ts";
import { type Graph, nodeOf, type Wire } from "./graph.ts";
import { canRename } from "./ids.ts";

/** `image→conv_1  conv_1→add_1.0`: slots are written where they are not 0 or the target is a merge. */
const drawn = (graph: Graph): string =>
  graph.wires
    .map(({ from, to, slot }) => `${from}→${to}${/^(add|concat)/.test(to) ? `.${slot}` : ""}`)
    .join("  ");

const empty: Graph = { nodes: [], wires: [] };
const wire = (from: string, to: string, slot = 0): Wire => ({ from, to, slot });
const chained = (...links: readonly Link[]): Graph => chain("Design", ["input", ...links]);

const grown = (graph: Graph, ...kinds: readonly KindName[]): Graph =>
  kinds.reduce((it, kind) => addNode(it, kind, [0, 0]).graph, graph);

/** image → conv_1 → add_1, and past it image → conv_2 → add_1. */
const diamond = (): Graph => {
  let graph = grown(empty, "input", "conv2d", "conv2d", "add");
  for (const [from, to] of [
    ["image", "conv_1"],
    ["image", "conv_2"],
    ["conv_1", "add_1"],
    ["conv_2", "add_1"],
  ] as const)
    graph = connect(graph, from, to);
  return graph;
};

describe("names", () => {
  test("come from the kind and count on from the highest", () => {
    const graph = grown(empty, "input", "conv2d", "maxPool2d", "conv2d", "batchNorm", "input");
    expect(graph.nodes.map((it) => it.id)).toEqual([
      "image",
      "conv_1",
      "max_pool_1",
      "conv_2",
      "batch_norm_1",
      "image_2",
    ]);
    const fewer = removeNodes(graph, ["conv_1"]);
    expect(addNode(fewer, "conv2d", [0, 0]).id).toBe("conv_3");
  });

  test("can be changed, and wires follow", () => {
    const graph = renameNode(chained("conv2d", "flatten"), "conv_1", "edges");
    expect(drawn(graph)).toBe("image→edges  edges→flatten_1");
  });

  test.each([
    ["conv_2", "Another layer is called conv_2 already. Choose another name."],
    ["Edges", 'A layer\'s name must be lower-case letters, digits and _ with a letter first, got "Edges".'],
    ["", 'A layer\'s name must be lower-case letters, digits and _ with a letter first, got "".'],
    ["constructor", "A layer's name must be another word than constructor: that one is reserved."],
    ["a".repeat(65), "A layer's name must have at most 64 characters, got 65: choose a shorter name."],
  ])("refuse %s", (to, reason) => {
    const graph = chained("conv2d", "conv2d");
    expect(canRename(graph, "conv_1", to)).toBe(reason);
    expect(renameNode(graph, "conv_1", to)).toBe(graph);
  });
});

describe("values", () => {
  test("equal to the default are not stored", () => {
    const graph = chained(["conv2d", { filters: 4 }], "maxPool2d");
    expect(nodeOf(setValues(graph, "conv_1", { kernel: 5, filters: 8 }), "conv_1")?.values).toEqual({
      kernel: 5,
    });
    expect(nodeOf(setValues(graph, "conv_1", { kernel: [3, 3] }), "conv_1")?.values).toEqual({ filters: 4 });
    expect(nodeOf(setValues(graph, "conv_1", { filters: undefined }), "conv_1")?.values).toEqual({});
    // A pool's stride follows its size.
    expect(nodeOf(setValues(graph, "max_pool_1", { size: 3, stride: 3 }), "max_pool_1")?.values).toEqual({
      size: 3,
    });
    expect(nodeOf(setValues(graph, "max_pool_1", { size: 3, stride: 2 }), "max_pool_1")?.values).toEqual({
      size: 3,
      stride: 2,
    });
  });

  test("out of range are kept, wrong types and unknown names are not", () => {
    const graph = chained("conv2d");
    expect(nodeOf(setValues(graph, "conv_1", { filters: 0 }), "conv_1")?.values).toEqual({ filters: 0 });
    expect(setValues(graph, "conv_1", { filters: Number.NaN, kernel: "3", colour: 1, constructor: 1 })).toBe(
      graph,
    );
  });

  test("leave the other nodes the same objects", () => {
    const graph = chained("conv2d", "flatten", "dense");
    const edited = setValues(graph, "flatten_1", {});
    expect(edited).toBe(graph);
    const changed = setValues(graph, "conv_1", { filters: 3 });
    expect(changed.nodes.map((it, index) => it === graph.nodes[index])).toEqual([true, false, true, true]);
    expect(changed.wires).toBe(graph.wires);
  });
});

describe("wires", () => {
  test("replace the one at a layer with one input", () => {
    const graph = grown(chained("conv2d", "conv2d"), "conv2d");
    expect(drawn(connect(graph, "conv_3", "conv_2"))).toBe("image→conv_1  conv_3→conv_2");
    expect(connect(graph, "conv_1", "conv_2")).toBe(graph);
  });

  test("take a merge layer's lowest free slot, or replace the one in a slot", () => {
    const graph = grown(diamond(), "conv2d");
    expect(drawn(graph)).toBe("image→conv_1  image→conv_2  conv_1→add_1.0  conv_2→add_1.1");
    expect(drawn(connect(graph, "conv_3", "add_1"))).toMatch(/conv_3→add_1\.2$/);
    const open = disconnect(graph, wire("conv_1", "add_1", 0));
    expect(drawn(connect(open, "conv_3", "add_1"))).toMatch(/conv_2→add_1\.1 {2}conv_3→add_1\.0$/);
    expect(drawn(connect(graph, "conv_3", "add_1", 1))).toMatch(/conv_1→add_1\.0 {2}conv_3→add_1\.1$/);
  });

  test.each([
    ["conv_1", "conv_1", "A layer cannot feed itself."],
    ["add_1", "conv_1", "conv_1 already leads to add_1: this wire would close a circle."],
    ["conv_1", "image", "Input takes no wire: data enters here."],
    ["conv_9", "conv_1", "There is no layer called conv_9."],
    ["conv_1", "conv_2", undefined],
  ])("%s → %s: %s", (from, to, reason) => {
    const graph = diamond();
    expect(canConnect(graph, from, to)).toBe(reason);
    expect(connect(graph, from, to) === graph).toBe(reason !== undefined);
  });

  test("can be taken to another layer", () => {
    const graph = diamond();
    expect(drawn(reconnect(graph, wire("conv_1", "add_1", 0), "image", "add_1"))).toMatch(/image→add_1\.0$/);
    expect(reconnect(graph, wire("conv_1", "add_1", 0), "conv_1", "add_1")).toBe(graph);
    expect(reconnect(graph, wire("image", "conv_1"), "add_1", "conv_1")).toBe(graph);
  });
});

describe("removal", () => {
  test.each([
    [["conv_1"], "image→flatten_1  flatten_1→dense_1"],
    [["conv_1", "flatten_1"], "image→dense_1"],
    [["image"], "conv_1→flatten_1  flatten_1→dense_1"],
    [["dense_1"], "image→conv_1  conv_1→flatten_1"],
    [["image", "conv_1", "flatten_1", "dense_1"], ""],
  ])("of %j from a chain leaves %s", (ids, left) => {
    expect(
      drawn(removeNodes(chained("conv2d", "flatten", "dense"), ids))
        .split("  ")
        .toSorted(),
    ).toEqual(left.split("  ").toSorted());
  });

  test("keeps the slot of the wire it heals", () => {
    expect(drawn(removeNodes(diamond(), ["conv_2"]))).toBe("image→conv_1  conv_1→add_1.0  image→add_1.1");
  });

  test("of a merge with several inputs leaves what follows open", () => {
    const graph = connect(grown(diamond(), "flatten"), "add_1", "flatten_1");
    expect(drawn(removeNodes(graph, ["add_1"]))).toBe("image→conv_1  image→conv_2");
  });

  test("survives circles that a document brought along", () => {
    const circle: Graph = {
      ...chained("conv2d", "conv2d"),
      wires: [wire("conv_1", "conv_2"), wire("conv_2", "conv_1")],
    };
    expect(drawn(removeNodes(circle, ["conv_1"]))).toBe("");
    expect(drawn(removeNodes(circle, ["conv_1", "conv_2"]))).toBe("");
    const twice: Graph = {
      ...chained("conv2d", "conv2d"),
      wires: [wire("image", "conv_1"), wire("conv_1", "conv_2"), wire("image", "conv_2")],
    };
    expect(drawn(removeNodes(twice, ["conv_1"]))).toBe("image→conv_2");
  });
});

describe("insertion", () => {
  test("on a wire reconnects it and makes room below", () => {
    const graph = chained("conv2d", "dense");
    const { graph: inserted, id } = insertOnWire(graph, wire("conv_1", "dense_1"), "flatten");
    expect(id).toBe("flatten_1");
    expect(drawn(inserted)).toBe("image→conv_1  conv_1→flatten_1  flatten_1→dense_1");
    expect(inserted.nodes.map((it) => `${it.id} ${it.at[1]}`)).toEqual([
      "image 0",
      "conv_1 140",
      "dense_1 420",
      "flatten_1 280",
    ]);
  });

  test("keeps the slot at a merge and does not move what has room", () => {
    const graph = moveNodes(diamond(), ["add_1"], [0, 1000]);
    const { graph: inserted } = insertOnWire(graph, wire("conv_2", "add_1", 1), "batchNorm");
    expect(drawn(inserted)).toBe(
      "image→conv_1  image→conv_2  conv_1→add_1.0  conv_2→batch_norm_1  batch_norm_1→add_1.1",
    );
    expect(nodeOf(inserted, "add_1")).toBe(nodeOf(graph, "add_1"));
  });

  test("on a wire of a circle moves neither the wire's beginning nor the new layer", () => {
    const graph = { ...chained("conv2d"), wires: [wire("image", "conv_1"), wire("conv_1", "image")] };
    const { graph: inserted } = insertOnWire(graph, wire("image", "conv_1"), "dropout");
    expect(inserted.nodes.map((it) => it.at[1])).toEqual([0, 280, 140]);
  });

  test("of an input, or on a wire that is gone, only adds", () => {
    const graph = chained("conv2d");
    expect(drawn(insertOnWire(graph, wire("image", "conv_1"), "input").graph)).toBe("image→conv_1");
    expect(drawn(insertOnWire(graph, wire("conv_1", "image"), "flatten").graph)).toBe("image→conv_1");
    expect(putOnWire(graph, wire("image", "conv_1"), "conv_1")).toBe(graph);
  });
});

describe("copies", () => {
  test("bring their inner wires, fresh names and closed slots", () => {
    const { graph, ids } = duplicateNodes(diamond(), ["conv_2", "add_1"]);
    expect(ids).toEqual(["conv_3", "add_2"]);
    expect(drawn(graph)).toMatch(/conv_3→add_2\.0$/);
    expect(nodeOf(graph, "conv_3")?.at).toEqual([40, 40]);
  });

  test("keep their names in another graph and stand where they were put", () => {
    const clip = copyNodes(chained("conv2d", "flatten"), ["conv_1", "flatten_1"]);
    const { graph } = pasteNodes(empty, clip, [300, 200]);
    expect(drawn(graph)).toBe("conv_1→flatten_1");
    expect(graph.nodes.map((it) => it.at)).toEqual([
      [300, 200],
      [300, 340],
    ]);
  });

  test("never get the name of another copy", () => {
    const clip = copyNodes(chained("conv2d", "conv2d"), ["conv_1", "conv_2"]);
    expect(pasteNodes(chained("conv2d"), clip, [0, 0]).ids).toEqual(["conv_3", "conv_2"]);
  });

  test("of renamed layers count from the name", () => {
    const named = renameNode(chained("conv2d"), "conv_1", "edges");
    const once = duplicateNodes(named, ["edges"]);
    expect(once.ids).toEqual(["edges_2"]);
    expect(duplicateNodes(once.graph, ["edges", "edges_2"]).ids).toEqual(["edges_3", "edges_4"]);
  });
});
