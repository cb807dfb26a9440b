import fc from "fast-check";
import { expect, test } from "vitest";
import { type KindName, kinds } from "../nodes/index.ts";
import { recipeWith } from "../train/recipe.ts";
import { arrange } from "./arrange.ts";
import { copyNodes, duplicateNodes, pasteNodes } from "./clip.ts";
import type { Document } from "./document.ts";
import {
  addDesign,
  duplicateDesign,
  removeDesign,
  renameDesign,
  replaceDesign,
  setRecipe,
} from "./edit-document.ts";
import {
  addNode,
  connect,
  disconnect,
  insertOnWire,
  moveNodes,
  reconnect,
  removeNodes,
  renameNode,
  setValues,
} from "./edits.ts";
import { type Design, type Graph, wireKey } from "./graph.ts";
import { historyOf, isDirty, record, redo, undo } from "./history.ts";
import { wrongId } from "./ids.ts";
import { reaches } from "./reach.ts";
import { readClip, readDocument } from "./read-document.ts";
import { rows } from "./rows.ts";
import { templates } from "./templates.ts";
import { writeClip, writeDocument } from "./write-document.ts";

const names = Object.keys(kinds).filter((it): it is KindName => it in kinds);

/** One step of a session: which edit, and three numbers that choose nodes, wires, kinds and places. */
const steps = fc.array(fc.tuple(fc.nat(14), fc.nat(97), fc.nat(97), fc.nat(97)), {
  minLength: 1,
  maxLength: 40,
});
type Step = readonly [edit: number, a: number, b: number, c: number];

const pick = <T>(from: readonly T[], index: number): T | undefined => from[index % Math.max(1, from.length)];

function edited<G extends Graph>(graph: G, [edit, a, b, c]: Step): G {
  const id = pick(graph.nodes, a)?.id ?? "none";
  const other = pick(graph.nodes, b)?.id ?? "none";
  const wire = pick(graph.wires, c) ?? { from: "none", to: "none", slot: 0 };
  const kind = pick(names, c) ?? "dense";
  switch (edit) {
    case 0:
    case 1:
      return addNode(graph, kind, [a * 20.5, b], { filters: c, units: a }).graph;
    case 2:
    case 3:
    case 4:
      return connect(graph, id, other, c % 3 ? undefined : c % 5);
    case 5:
      return setValues(graph, id, { kernel: [a % 5, 3], units: b, size: c, stride: c % 4, rate: a / 97 });
    case 6:
      return renameNode(graph, id, c % 2 ? `layer_${b}` : other);
    case 7:
      return moveNodes(graph, [id, other], [-a, c * 1e5]);
    case 8:
      return removeNodes(graph, c % 4 ? [id] : [id, other]);
    case 9:
      return disconnect(graph, wire);
    case 10:
      return reconnect(graph, wire, id, wire.to);
    case 11:
      return insertOnWire(graph, wire, kind).graph;
    case 12:
      return duplicateNodes(graph, [id, other, wire.from]).graph;
    case 13:
      return pasteNodes(graph, copyNodes(graph, [id, other]), [a, b]).graph;
    default:
      return arrange(graph);
  }
}

function expectSound(graph: Graph): void {
  const ids = new Set(graph.nodes.map((it) => it.id));
  expect(ids.size).toBe(graph.nodes.length);
  for (const id of ids) expect(wrongId(id)).toBeUndefined();
  expect(new Set(graph.wires.map(wireKey)).size).toBe(graph.wires.length);
  for (const { from, to } of graph.wires) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
  for (const { id, kind } of graph.nodes) {
    const slots = graph.wires.filter((it) => it.to === id).map((it) => it.slot);
    expect(new Set(slots).size).toBe(slots.length);
    if (kinds[kind].takes !== "several") expect(slots.every((it) => it === 0)).toBe(true);
    if (kinds[kind].takes === "nothing") expect(slots).toEqual([]);
  }
  expect(hasCircle(graph)).toBe(false);
}

/** Without circles every node stands in a row below all that feed it. */
function hasCircle(graph: Graph): boolean {
  const rowOf = new Map(rows(graph).flatMap((row, rank) => row.map((id) => [id, rank])));
  return graph.wires.some(({ from, to }) => (rowOf.get(from) ?? 0) >= (rowOf.get(to) ?? -1));
}

const empty: Design = { name: "Design", nodes: [], wires: [] };
const starts = fc.constantFrom(empty, ...templates.flatMap((it) => it.document.designs));

test("every sequence of edits keeps a graph sound, and undo gives back what was", () => {
  fc.assert(
    fc.property(starts, steps, (start, session) => {
      const before = structuredClone(start);
      const visited = [start];
      let history = historyOf<Design>(start);
      for (const step of session) {
        const next = edited(history.present, step);
        expectSound(next);
        if (next !== history.present) visited.push(next);
        history = record(history, next);
      }
      const end = history.present;
      while (history.past.length) {
        expect(history.present).toBe(visited.pop());
        history = undo(history);
      }
      expect(history.present).toBe(start);
      expect(start).toEqual(before);
      expect(isDirty(history)).toBe(false);
      while (history.future.length) history = redo(history);
      expect(history.present).toBe(end);
    }),
    { seed: 1, numRuns: 400 },
  );
});

test("what edits make is read back equal, and writing is stable", () => {
  const [template] = templates;
  if (!template) throw new Error("no template");
  fc.assert(
    fc.property(steps, fc.nat(9), fc.string({ unit: "binary", maxLength: 12 }), (session, choice, word) => {
      let document: Document = template.document;
      for (const [index, step] of session.entries()) {
        const design = document.designs[index % document.designs.length];
        if (!design) continue;
        document = replaceDesign(document, design.name, edited(design, step));
        if (step[1] === choice) document = duplicateDesign(document, design.name).document;
        if (step[2] === choice) document = removeDesign(document, design.name);
        if (step[3] === choice) document = renameDesign(document, design.name, word);
        if (step[1] === choice + 10) document = addDesign(document, empty).document;
        document = setRecipe(document, recipeWith(document.recipe, { epochs: 1 + step[1] }));
      }
      const text = writeDocument(document);
      const read = readDocument(text);
      expect(read).toEqual(document);
      if (!("refused" in read)) expect(writeDocument(read)).toBe(text);
      for (const { nodes, wires } of document.designs)
        expect(readClip(writeClip({ nodes, wires }))).toEqual({ nodes, wires });
    }),
    { seed: 2, numRuns: 300 },
  );
});

/** Any graph that a file can hold: circles, wires into inputs, too many wires at one layer. */
const wild = fc
  .tuple(
    fc.array(fc.nat(97), { minLength: 1, maxLength: 8 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(3)), { maxLength: 14 }),
  )
  .map(([chosen, ends]): Design => {
    const nodes = chosen.reduce<Graph>(
      (it, kind) => addNode(it, pick(names, kind) ?? "add", [0, kind]).graph,
      empty,
    ).nodes;
    const taken = new Set<string>();
    const wires = ends.flatMap(([a, b, c]) => {
      const from = pick(nodes, a)?.id ?? "";
      const target = pick(nodes, b) ?? nodes[0];
      if (!target) return [];
      const isMerge = kinds[target.kind].takes === "several";
      const wire = { from, to: target.id, slot: isMerge ? c : 0 };
      const key = isMerge ? `${wire.to} ${c}` : wireKey(wire);
      if (taken.has(key)) return [];
      taken.add(key);
      return [wire];
    });
    return { ...empty, nodes, wires };
  });

test("edits of any graph that a file can hold give one that a file can hold", () => {
  const [template] = templates;
  if (!template) throw new Error("no template");
  fc.assert(
    fc.property(wild, steps, (start, session) => {
      const end = session.reduce<Design>(edited, start);
      for (const design of [start, end]) {
        const document = { ...template.document, designs: [design] };
        expect(readDocument(writeDocument(document))).toEqual(document);
      }
      if (!hasCircle(start)) expect(hasCircle(end)).toBe(false);
    }),
    { seed: 5, numRuns: 400 },
  );
});

test("removal heals: among layers with one input, what reached what still does", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 2, maxLength: 15 }), fc.nat(2 ** 15), (parents, gone) => {
      let tree: Graph = addNode({ nodes: [], wires: [] }, "input", [0, 0]).graph;
      for (const parent of parents) {
        const from = pick(tree.nodes, parent)?.id ?? "";
        const { graph, id } = addNode(tree, "dropout", [0, 0]);
        tree = connect(graph, from, id);
      }
      const removed = tree.nodes.filter((_, index) => index > 0 && (gone >> index) & 1).map((it) => it.id);
      const left = removeNodes(tree, removed);
      for (const a of left.nodes)
        for (const b of left.nodes) expect(reaches(left, a.id, b.id)).toBe(reaches(tree, a.id, b.id));
    }),
    { seed: 3, numRuns: 200 },
  );
});

test("an edit of one node leaves the others the same objects", () => {
  fc.assert(
    fc.property(starts, fc.nat(20), fc.nat(20), (design, a, b) => {
      const id = pick(design.nodes, a)?.id ?? "";
      const same = (after: Graph): boolean =>
        after.nodes.every((it) => it.id === id || it.id === "renamed" || design.nodes.includes(it));
      expect(same(setValues(design, id, { units: b + 1, filters: b + 1 }))).toBe(true);
      expect(same(renameNode(design, id, "renamed"))).toBe(true);
      expect(same(moveNodes(design, [id], [b, 1]))).toBe(true);
      expect(same(removeNodes(design, [id]))).toBe(true);
    }),
    { seed: 4 },
  );
});
