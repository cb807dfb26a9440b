import type { Graph, GraphNode } from "../graph/graph.ts";
import { kinds } from "../nodes/index.ts";
import type { Kind } from "../nodes/kind.ts";
import { isImage, volume } from "../nodes/shape.ts";
import { evaluate, settingComplaints, stepAsBefore } from "./evaluate.ts";
import { inOrder, type Wired, wiresTo } from "./order.ts";
import type { Plan, Problem, Step, Surroundings, Totals } from "./plan.ts";
import { dataProblems } from "./problems/data.ts";
import { inputProblem } from "./problems/inputs.ts";
import { refusalProblem, settingProblem, tooLargeProblem } from "./problems/node.ts";
import { structureProblems } from "./problems/structure.ts";

const bytesPerValue = 4;

/**
 * What a graph means. Never throws: a half-drawn graph still gets shapes for the part that works, and every node that
 * does not has a problem on it or on a node before it.
 */
export function compile(graph: Graph, around: Surroundings = {}): Plan {
  const { wired, ordered, stuck } = inOrder(graph);
  const steps = new Map<string, Step>();
  const problems: Problem[] = [...structureProblems(graph, wired, ordered, stuck)];
  for (const node of ordered) {
    const found = stepOf(node, graph, wired, steps);
    if ("problems" in found) problems.push(...found.problems);
    else steps.set(node.id, found);
  }
  const all = [...steps.values()];
  const output = outputOf(all, wired);
  if (around.data) problems.push(...dataProblems(all, output, around.data));
  return {
    steps: all,
    problems,
    totals: totalsOf(all, output),
    output,
    ready: output !== undefined && problems.every((it) => it.severity !== "error"),
  };
}

function stepOf(
  node: GraphNode,
  graph: Graph,
  wired: Wired,
  steps: ReadonlyMap<string, Step>,
): Step | { readonly problems: readonly Problem[] } {
  const wires = wiresTo(wired, node.id);
  const before = stepAsBefore(node, wires, steps);
  if (before) return before;

  const kind: Kind = kinds[node.kind];
  const complaints = settingComplaints(node);
  if (complaints.length) return { problems: complaints.map((it) => settingProblem(node, kind, it)) };

  const sources = wires.flatMap((it) => steps.get(it.from) ?? []);
  const wrong = inputProblem({ node, kind, graph, wired, steps }, wires, sources);
  if (wrong) return { problems: [wrong] };
  // The cause is already reported further up.
  if (sources.length < wires.length) return { problems: [] };

  const result = evaluate(node, wires, sources);
  if ("step" in result) return result.step;
  if ("tooLarge" in result) return { problems: [tooLargeProblem(node, result.tooLarge)] };
  return { problems: [refusalProblem(node, result.refusal, wires, sources)] };
}

function outputOf(steps: readonly Step[], wired: Wired): Step | undefined {
  const ends = steps.filter((it) => !wired.feeding.has(it.node.id) && it.kind.family !== "input");
  return ends.length === 1 ? ends[0] : undefined;
}

function totalsOf(steps: readonly Step[], output: Step | undefined): Totals {
  const sum = (of: (step: Step) => number): number => steps.reduce((total, it) => total + of(it), 0);
  return {
    parameters: sum((it) => it.parameters),
    trainable: sum((it) => it.trainable),
    macs: sum((it) => it.macs),
    additions: sum((it) => it.additions),
    comparisons: sum((it) => it.comparisons),
    activationBytes: bytesPerValue * sum((it) => volume(it.output)),
    receptiveField: seen(steps, output),
  };
}

/** The widest view of any feature map; a network without windows sees what its output sees. */
function seen(steps: readonly Step[], output: Step | undefined): readonly [number, number] {
  const maps = steps.filter((it) => isImage(it.output) && it.kind.family !== "input");
  const height = Math.max(1, ...maps.map((it) => it.receptiveField[0]));
  const width = Math.max(1, ...maps.map((it) => it.receptiveField[1]));
  return height === 1 && width === 1 ? (output?.receptiveField ?? [1, 1]) : [height, width];
}
