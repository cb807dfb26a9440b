import { removeNodes } from "../../graph/edits.ts";
import { type Graph, type Wire, wiresInto } from "../../graph/graph.ts";
import type { Repair } from "../plan.ts";
import { connectRepairs } from "../repairs/connect.ts";
import { remove, withoutWires } from "../repairs/edits.ts";
import { joinRepairs } from "../repairs/joins.ts";
import { type Finding, findingOn, isInput, listed, type Place } from "./finding.ts";
import { cutOffBehind } from "./reached.ts";

/** Too few or too many wires, by number alone. `wires` are those into the node, by slot. */
export function wireFinding(place: Place, wires: readonly Wire[]): Finding | undefined {
  const { takes } = place.kind;
  if (takes === "nothing") return wires.length ? intoInput(place, wires) : undefined;
  if (wires.length === 0) return nothingEnters(place);
  if (takes === "several") return mergeFinding(place, wires);
  return wires.length > 1 ? tooMany(place, wires) : undefined;
}

const intoInput = (place: Place, wires: readonly Wire[]): Finding =>
  findingOn(
    place.node,
    "wires-into-input",
    `${place.kind.title} starts the network: no wire may enter it, got one from ${listed(sourcesOf(wires))}.`,
    () => [
      withoutWires(
        place.graph,
        wires,
        `Remove ${wires.length === 1 ? "the wire" : "the wires"} into ${place.node.id}`,
      ),
      remove(place.node.id),
    ],
    { nodes: [place.node.id, ...sourcesOf(wires)], wires },
  );

/** A node by itself lacks a wire; one with layers behind it that get data from nowhere else cuts them off with it. */
function nothingEnters(place: Place): Finding {
  const { node, kind, graph, wired } = place;
  const behind = wired.feeding.has(node.id) ? cutOffBehind(graph, node.id) : [];
  if (behind.length === 0)
    return findingOn(
      node,
      "not-connected",
      `${kind.title} has nothing coming in. Wire ${kind.takes === "several" ? "two or more layers" : "a layer"} to it.`,
      () => [...connectRepairs(place).slice(0, 3), remove(node.id)],
      { byOutcome: true },
    );
  const layers = behind.length === 1 ? "the layer" : `the ${behind.length} layers`;
  return findingOn(
    node,
    "unreachable",
    `No path leads from an input to ${node.id}, nor to ${layers} behind it: ${listed(behind)}. Wire a layer to ${node.id}.`,
    () => [...connectRepairs(place).slice(0, 3), ...removeIsland(graph, [node.id, ...behind])],
    { nodes: [node.id, ...behind], byOutcome: true },
  );
}

/** Removal of all of them, unless nothing but inputs would be left. */
const removeIsland = (graph: Graph, ids: readonly string[]): readonly Repair[] =>
  graph.nodes.every((it) => isInput(it) || ids.includes(it.id))
    ? []
    : [{ title: `Remove ${listed(ids)}`, apply: (it) => removeNodes(it, ids) }];

function tooMany(place: Place, wires: readonly Wire[]): Finding {
  const { node, kind, graph } = place;
  const sources = sourcesOf(wires);
  return findingOn(
    node,
    "too-many-wires",
    `${kind.title} takes one input, got ${wires.length}: ${listed(wires.map((it) => it.from))}. Join them with Add or Concat first.`,
    () => [
      ...joinRepairs(place, sources, { id: node.id, replaced: wires }),
      ...sources.map((from) => {
        const kept = wires.find((it) => it.from === from);
        return withoutWires(
          graph,
          wires.filter((it) => it !== kept),
          `Keep only the wire from ${from}`,
        );
      }),
    ],
    { nodes: [node.id, ...sources], wires },
  );
}

function mergeFinding(place: Place, wires: readonly Wire[]): Finding | undefined {
  const { node, kind } = place;
  const [first] = wires;
  if (first && wires.length === 1)
    return findingOn(
      node,
      "too-few-wires",
      `${kind.title} joins two or more inputs, got one: ${first.from}.`,
      () => [...connectRepairs(place), remove(node.id)],
      { nodes: [node.id, first.from], wires },
    );
  const at = wires.findIndex((it, index) => wires[index - 1]?.slot === it.slot);
  if (at === -1) return undefined;
  const taken = wires.filter((it) => it.slot === wires[at]?.slot);
  return findingOn(
    node,
    "slot-taken-twice",
    `${taken.length === 2 ? "Two" : taken.length} wires end at input ${(taken[0]?.slot ?? 0) + 1} of ${kind.title}: from ${listed(taken.map((it) => it.from))}.`,
    () => [renumberSlots(node.id)],
    { nodes: [node.id, ...sourcesOf(taken)], wires: taken },
  );
}

/** Gives the wires into a merge the slots 0, 1, 2 … in their order. */
const renumberSlots = (id: string): Repair => ({
  title: "Give each wire an input of its own",
  apply(graph) {
    const slots = new Map(wiresInto(graph, id).map((it, slot) => [it, slot]));
    return { ...graph, wires: graph.wires.map((it) => ({ ...it, slot: slots.get(it) ?? it.slot })) };
  },
});

const sourcesOf = (wires: readonly Wire[]): readonly string[] => [...new Set(wires.map((it) => it.from))];
