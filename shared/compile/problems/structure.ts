import { removeNodes } from "../../graph/edits.ts";
import type { Graph, GraphNode, Wire } from "../../graph/graph.ts";
import { kinds } from "../../nodes/index.ts";
import { cycleAmong, type Wired, wiresTo } from "../order.ts";
import type { Problem, Repair } from "../plan.ts";
import { addInput } from "../repairs.ts";

/** What is wrong with the drawing as a whole, before any shape is looked at. `ordered` and `stuck` as from `inOrder`. */
export function structureProblems(
  graph: Graph,
  wired: Wired,
  ordered: readonly GraphNode[],
  stuck: readonly GraphNode[],
): readonly Problem[] {
  if (graph.nodes.length === 0)
    return [
      {
        code: "empty-design",
        severity: "error",
        message: "The design is empty. Start with an input.",
        repairs: [addInput()],
      },
    ];
  return [...inputCount(graph), ...cycleProblem(stuck, wired), ...outputCount(ordered, wired)];
}

const remove = (id: string): Repair => ({
  title: `Remove ${id}`,
  apply: (graph) => removeNodes(graph, [id]),
});

const removeWire = (wire: Wire): Repair => ({
  title: `Remove the wire ${wire.from} → ${wire.to}`,
  // Two wires between the same layers, into two slots, are one circle.
  apply: (graph) => ({
    ...graph,
    wires: graph.wires.filter((it) => it.from !== wire.from || it.to !== wire.to),
  }),
});

function inputCount(graph: Graph): readonly Problem[] {
  const [first, ...extras] = graph.nodes.filter((it) => it.kind === "input");
  if (!first)
    return [
      {
        code: "no-input",
        severity: "error",
        message: "The design has no input. Add one and wire it to the first layer.",
        repairs: [addInput()],
      },
    ];
  if (graph.nodes.length === 1)
    return [
      {
        code: "empty-design",
        severity: "error",
        node: first.id,
        message: "Nothing follows the input. Wire a first layer to it.",
        repairs: [],
      },
    ];
  return extras.map(({ id }) => ({
    code: "several-inputs",
    severity: "error",
    node: id,
    message: `A design has one input, and ${first.id} already is it.`,
    repairs: [remove(id)],
  }));
}

function cycleProblem(stuck: readonly GraphNode[], wired: Wired): readonly Problem[] {
  const cycle = cycleAmong(stuck, wired);
  const last = cycle.at(-1);
  if (!last) return [];
  const path = [...cycle.map((it) => it.from), last.to].join(" → ");
  return [
    {
      code: "cycle",
      severity: "error",
      node: last.to,
      wire: last,
      message: `The wires run in a circle: ${path}. Data must flow one way.`,
      repairs: [removeWire(last), ...cycle.slice(0, -1).toReversed().slice(0, 2).map(removeWire)],
    },
  ];
}

/** Every end but the last in order is one too many; nodes without any wire are reported as not connected instead. */
function outputCount(ordered: readonly GraphNode[], wired: Wired): readonly Problem[] {
  const ends = ordered.filter((it) => !wired.feeding.has(it.id) && wiresTo(wired, it.id).length > 0);
  const names = ends.map((it) => it.id).join(" and ");
  return ends.slice(0, -1).map(({ id, kind }) => ({
    code: "several-outputs",
    severity: "error",
    node: id,
    message: `${kinds[kind].title} leads nowhere: a design has one output, but ${names} have no wire going out.`,
    repairs: [remove(id)],
  }));
}
