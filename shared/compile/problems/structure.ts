import { pitch } from "../../graph/card.ts";
import { addNode, connect, removeNodes } from "../../graph/edits.ts";
import { type Graph, type GraphNode, wiresInto } from "../../graph/graph.ts";
import { wiresTo } from "../order.ts";
import type { Repair } from "../plan.ts";
import { deadBranch } from "../repairs/edits.ts";
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
      findingOn(first, "empty-design", "Nothing follows the input. Wire a first layer to it.", () => [], {
        nodes: nodes.map((it) => it.id),
      }),
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
 * Every end but the last in order is one too many. Nodes that nothing enters, and those behind them alone, are reported
 * as that instead.
 */
function outputFindings(drawing: Drawing, ordered: readonly GraphNode[]): readonly Finding[] {
  const { graph, wired } = drawing;
  const open = ordered.filter((it) => !wired.feeding.has(it.id) && wiresTo(wired, it.id).length > 0);
  if (open.length < 2) return [];
  const reached = reachedFromInputs(graph);
  const ends = open.filter((it) => reached.has(it.id));
  const ids = ends.map((it) => it.id);
  return ends
    .slice(0, -1)
    .map((node) =>
      findingOn(
        node,
        "several-outputs",
        `${kindOf(node)?.title ?? node.id} leads nowhere: a design has one output, but ${listed(ids)} have no wire going out.`,
        () => [removeBranch(graph, node.id), ...joinRepairs(drawing, ids)],
        { nodes: ids },
      ),
    );
}

function removeBranch(graph: Graph, end: string): Repair {
  const branch = deadBranch(graph, [end]);
  const others = branch.filter((it) => it !== end);
  return {
    title: others.length ? `Remove ${end} and what leads only to it: ${listed(others, 4)}` : `Remove ${end}`,
    apply: (it) => removeNodes(it, branch),
  };
}
