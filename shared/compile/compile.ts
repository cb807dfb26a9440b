import type { Graph, GraphNode } from "../graph/graph.ts";
import { isImage, volume } from "../nodes/shape.ts";
import { evaluate, settingComplaints, stepAsBefore } from "./evaluate.ts";
import { inOrder, type Wired, wiresTo } from "./order.ts";
import type { Plan, Step, Surroundings, Totals } from "./plan.ts";
import { dataFindings } from "./problems/data.ts";
import { type Drawing, type Finding, isInput, kindOf } from "./problems/finding.ts";
import { unequalInputFindings } from "./problems/inputs-differ.ts";
import { memoryFindings } from "./problems/memory.ts";
import { published } from "./problems/publish.ts";
import { settingFinding, unknownKindFinding } from "./problems/settings.ts";
import { rankFinding, refusalFinding, tooLargeFinding } from "./problems/shapes.ts";
import { structureFindings } from "./problems/structure.ts";
import { wireFinding } from "./problems/wires.ts";

const bytesPerValue = 4;

/**
 * What a graph means. Never throws: a half-drawn graph still gets shapes for the part that works, and every node that
 * does not has a problem on it or on a node before it.
 */
export function compile(graph: Graph, around: Surroundings = {}): Plan {
  const { wired, ordered, stuck } = inOrder(graph);
  const steps = new Map<string, Step>();
  const drawing: Drawing = { graph, wired, steps };
  const findings: Finding[] = [...structureFindings(drawing, ordered, stuck)];
  for (const node of ordered) {
    const found = stepOf(node, drawing);
    if ("findings" in found) findings.push(...found.findings);
    else steps.set(node.id, found);
  }
  const all = [...steps.values()];
  const output = outputOf(ordered, wired, steps);
  findings.push(...unequalInputFindings(all.filter((it) => it.kind.family === "input")));
  if (around.data) findings.push(...dataFindings(drawing, output, around.data));
  findings.push(...memoryFindings(drawing, around));
  return {
    steps: all,
    problems: published(findings, graph, (changed) => compile(changed, around)),
    totals: totalsOf(all, output),
    output,
    ready: output !== undefined && findings.length === 0,
  };
}

function stepOf(node: GraphNode, drawing: Drawing): Step | { readonly findings: readonly Finding[] } {
  const wires = wiresTo(drawing.wired, node.id);
  const before = stepAsBefore(node, wires, drawing.steps);
  if (before) return before;

  const kind = kindOf(node);
  if (!kind) return { findings: [unknownKindFinding(node)] };
  const place = { ...drawing, node, kind };
  const miswired = wireFinding(place, wires);
  const complaints = settingComplaints(node).map((it) => settingFinding(node, kind, it));
  if (miswired || complaints.length) return { findings: [...(miswired ? [miswired] : []), ...complaints] };

  const sources = wires.flatMap((it) => drawing.steps.get(it.from) ?? []);
  const wrongRank = rankFinding(place, wires, sources);
  if (wrongRank) return { findings: [wrongRank] };
  // The cause is already reported further up.
  if (sources.length < wires.length) return { findings: [] };

  const result = evaluate(node, wires, sources);
  if ("step" in result) return result.step;
  if ("tooLarge" in result) return { findings: [tooLargeFinding(place, result.tooLarge, wires)] };
  return { findings: [refusalFinding(place, result.refusal, wires, sources)] };
}

function outputOf(
  ordered: readonly GraphNode[],
  wired: Wired,
  steps: ReadonlyMap<string, Step>,
): Step | undefined {
  const [end, ...others] = ordered.filter(
    (it) => !wired.feeding.has(it.id) && !isInput(it) && wiresTo(wired, it.id).length > 0,
  );
  return end && !others.length ? steps.get(end.id) : undefined;
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
