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
    if ("findings" in found) for (const it of found.findings) findings.push(it);
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
  const { graph, wired, steps } = drawing;
  const place = { graph, wired, steps, node, kind };
  const miswired = wireFinding(place, wires);
  const complaints = settingComplaints(node);
  if (miswired || complaints.length) {
    const wrong = complaints.map((it) => settingFinding(node, kind, it));
    return { findings: [...(miswired ? [miswired] : []), ...wrong] };
  }

  const sources: Step[] = [];
  for (const { from } of wires) {
    const source = steps.get(from);
    if (source) sources.push(source);
  }
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
  const totals = { parameters: 0, trainable: 0, macs: 0, additions: 0, comparisons: 0, activationBytes: 0 };
  let [height, width] = [1, 1];
  for (const it of steps) {
    totals.parameters += it.parameters;
    totals.trainable += it.trainable;
    totals.macs += it.macs;
    totals.additions += it.additions;
    totals.comparisons += it.comparisons;
    totals.activationBytes += bytesPerValue * volume(it.output);
    if (!isImage(it.output) || it.kind.family === "input") continue;
    height = Math.max(height, it.receptiveField[0]);
    width = Math.max(width, it.receptiveField[1]);
  }
  // A network without windows sees what its output sees.
  const widest = [height, width] as const;
  const receptiveField = height === 1 && width === 1 ? (output?.receptiveField ?? widest) : widest;
  return { ...totals, receptiveField };
}
