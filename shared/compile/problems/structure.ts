import { pitch } from "../../graph/card.ts";
import { addNode, connect, removeNodes } from "../../graph/edits.ts";
import { type Graph, type GraphNode, wiresInto } from "../../graph/graph.ts";
import { wiresTo } from "../order.ts";
import type { Repair } from "../plan.ts";
import { append, deadBranch } from "../repairs/edits.ts";
import { joinRepairs } from "../repairs/joins.ts";
import { cycleFindings } from "./cycles.ts";
import { type Drawing, type Finding, findingOn, isInput, kindOf, listed } from "./finding.ts";
import { reachedFromInputs } from "./reached.ts";

/** What is wrong with the drawing as a whole, before any shape is looked at. `ordered` and `stuck` as from `inOrder`. */
export function structureFindings(
  drawing: Drawing,
  ordered: readonly GraphNode[],
  stuck: readonly GraphNode[],
): readonly Finding[] {
  if (drawing.graph.nodes.length === 0)
    return [
      {
        code: "empty-design",
        message: "The design is empty. Start with an input.",
        candidates: () => [addInput()],
      },
    ];
  return [
    ...inputFindings(drawing.graph),
    ...cycleFindings(drawing, stuck),
    ...outputFindings(drawing, ordered),
  ];
}

function inputFindings({ nodes }: Graph): readonly Finding[] {
  const first = nodes.find(isInput);
  if (!first)
    return [
      {
        code: "no-input",
        message: "The design has no input. Add one and wire it to the first layer.",
        candidates: () => [addInput()],
      },
    ];
  if (nodes.every(isInput))
    return [
      findingOn(
        first,
        "empty-design",
        "Nothing follows the input. Wire a first layer to it.",
        () => [
          append(first.id, [["conv2d", {}]], `Add Conv 2D behind ${first.id}`),
          append(first.id, [["dense", {}]], `Add Dense behind ${first.id}`),
        ],
        {
          nodes: nodes.map((it) => it.id),
        },
      ),
    ];
  return [];
}

/** An input above everything, wired to the topmost node that takes one and has none. */
const addInput = (): Repair => ({
  title: "Add an input",
  apply(graph) {
    const top = Math.min(0, ...graph.nodes.map((it) => it.at[1] - pitch));
    const left = graph.nodes[0]?.at[0] ?? 0;
    const added = addNode(graph, "input", [left, top]);
    const open = graph.nodes
      .filter((it) => kindOf(it) && wiresInto(graph, it.id).length === 0)
      .toSorted((a, b) => a.at[1] - b.at[1])[0];
    return open ? connect(added.graph, added.id, open.id) : added.graph;
  },
});

/**
 * Which end is meant as the output nobody can tell, so all of several are reported. Those that no data reaches are
 * reported as that instead.
 */
function outputFindings(drawing: Drawing, ordered: readonly GraphNode[]): readonly Finding[] {
  const { graph, wired } = drawing;
  const open = ordered.filter(
    (it) => !wired.feeding.has(it.id) && !isInput(it) && wiresTo(wired, it.id).length > 0,
  );
  if (open.length < 2) return [];
  const reached = reachedFromInputs(graph);
  const ends = open.filter((it) => reached.has(it.id));
  if (ends.length < 2) return [];
  const ids = ends.map((it) => it.id);
  return ends.map((node) => {
    const others = ids.filter((it) => it !== node.id);
    const title = kindOf(node)?.title ?? "This layer";
    return findingOn(
      node,
      "several-outputs",
      `${title} has no wire going out, nor has ${listed(others)}: a design has one output.`,
      () => [...branchRepairs(graph, node.id, others), ...joinRepairs(drawing, ids)],
      { nodes: ids },
    );
  });
}

/** Away with this end's branch, or with all others: what removes less comes first. */
function branchRepairs(graph: Graph, end: string, others: readonly string[]): readonly Repair[] {
  return [[end], others]
    .map((ends) => ({ ends, branch: deadBranch(graph, ends) }))
    .toSorted((a, b) => a.branch.length - b.branch.length)
    .map(({ ends, branch }) => {
      const before = branch.filter((it) => !ends.includes(it));
      const onlyThere = before.length ? `, and what leads only there: ${listed(before, 4)}` : "";
      return { title: `Remove ${listed(ends)}${onlyThere}`, apply: (it) => removeNodes(it, branch) };
    });
}
