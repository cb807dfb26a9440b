import type { Graph, GraphNode, Wire } from "../../graph/graph.ts";
import type { Kind } from "../../nodes/kind.ts";
import { isImage, isVector, show } from "../../nodes/shape.ts";
import type { Wired } from "../order.ts";
import type { Problem, Repair, Step } from "../plan.ts";
import { connectRepairs, rankRepairs, renumberSlots } from "../repairs.ts";

/** A node on its way through the compiler, with all that is known so far. */
export interface Place {
  readonly node: GraphNode;
  readonly kind: Kind;
  readonly graph: Graph;
  readonly wired: Wired;
  readonly steps: ReadonlyMap<string, Step>;
}

/**
 * Too few or too many wires, or inputs of the wrong rank. `sources` are the steps behind the wires as far as they
 * work; ranks are judged on those.
 */
export function inputProblem(
  place: Place,
  wires: readonly Wire[],
  sources: readonly Step[],
): Problem | undefined {
  return place.kind.takes === "several"
    ? mergeProblem(place, wires, sources)
    : (countProblem(place, wires) ?? rankProblem(place, wires, sources));
}

const problem = (
  place: Place,
  code: Problem["code"],
  message: string,
  repairs: readonly Repair[],
): Problem => ({
  code,
  severity: "error",
  node: place.node.id,
  message,
  repairs,
});

function countProblem(place: Place, wires: readonly Wire[]): Problem | undefined {
  const { kind } = place;
  if (kind.takes === "nothing") {
    if (!wires.length) return undefined;
    return problem(place, "wires-into-input", `${kind.title} starts the network: no wire may enter it.`, [
      {
        title: `Remove what enters ${place.node.id}`,
        apply: (graph) => onlyFrom(graph, place.node.id, undefined),
      },
    ]);
  }
  if (wires.length === 0)
    return problem(
      place,
      "not-connected",
      `${kind.title} has nothing coming in. Wire a layer to it.`,
      connectRepairs(place),
    );
  if (wires.length === 1) return undefined;
  const sources = wires.map((it) => it.from).join(" and ");
  return problem(
    place,
    "too-many-wires",
    `${kind.title} takes one input, got ${wires.length}: ${sources}. Join them with Add or Concat first.`,
    [...new Set(wires.map((it) => it.from))].map((from) => ({
      title: `Keep only the wire from ${from}`,
      apply: (graph) => onlyFrom(graph, place.node.id, from),
    })),
  );
}

/** Of the wires into a node only one from the named source, or none. */
function onlyFrom(graph: Graph, id: string, from: string | undefined): Graph {
  const kept = graph.wires.find((it) => it.to === id && it.from === from);
  return { ...graph, wires: graph.wires.filter((it) => it.to !== id || it === kept) };
}

function rankProblem(place: Place, wires: readonly Wire[], [source]: readonly Step[]): Problem | undefined {
  const { kind } = place;
  if (!source) return undefined;
  const wanted = kind.takes === "image" ? "an image" : "a vector";
  const fits = kind.takes === "any" || (kind.takes === "image" ? isImage : isVector)(source.output);
  if (fits) return undefined;
  return problem(
    place,
    "rank",
    `${kind.title} needs ${wanted}, got ${show(source.output)}.`,
    wires.flatMap((it) => rankRepairs(place, it, source)),
  );
}

function mergeProblem(place: Place, wires: readonly Wire[], sources: readonly Step[]): Problem | undefined {
  const { kind } = place;
  if (wires.length === 0)
    return problem(
      place,
      "not-connected",
      `${kind.title} has nothing coming in. Wire two or more layers to it.`,
      connectRepairs(place),
    );
  if (wires.length === 1)
    return problem(
      place,
      "too-few-wires",
      `${kind.title} joins two or more inputs, got one: ${wires[0]?.from}.`,
      connectRepairs(place),
    );
  const twice = wires.find((it, index) => wires[index - 1]?.slot === it.slot);
  if (twice)
    return problem(place, "slot-taken-twice", `Two wires end at input ${twice.slot + 1} of ${kind.title}.`, [
      renumberSlots(place.node),
    ]);
  const image = sources.find((it) => isImage(it.output));
  const vector = sources.find((it) => isVector(it.output));
  if (!image || !vector) return undefined;
  const wire = wires.find((it) => it.from === image.node.id);
  return problem(
    place,
    "rank",
    `${kind.title} joins images with images or vectors with vectors, got ${show(image.output)} and ${show(vector.output)}.`,
    wire ? rankRepairs({ ...place, kind: { ...kind, takes: "vector" } }, wire, image) : [],
  );
}
