import { setValues } from "../../graph/edits.ts";
import type { GraphNode, Wire } from "../../graph/graph.ts";
import type { Kind, Refusal } from "../../nodes/kind.ts";
import type { Problem, Repair, Step } from "../plan.ts";
import { mergeRepairs } from "../repairs.ts";

/** A setting out of range, of the wrong type, or not of this kind. The repair goes back to the default. */
export function settingProblem(
  node: GraphNode,
  kind: Kind,
  { name, complaint }: { readonly name: string; readonly complaint: string },
): Problem {
  const setting = kind.settings[name];
  return {
    code: "setting",
    severity: "error",
    node: node.id,
    message: `${setting?.label ?? name} ${complaint}.`,
    repairs: [
      {
        title: setting
          ? `Set ${setting.label.toLowerCase()} to ${String(setting.initial)}`
          : `Remove the setting ${name}`,
        apply: (graph) => setValues(graph, node.id, { [name]: undefined }),
      },
    ],
  };
}

/** A rule of the kind itself said no: its own repairs change settings, those of merges add a layer before it. */
export function refusalProblem(
  node: GraphNode,
  refusal: Refusal,
  wires: readonly Wire[],
  sources: readonly Step[],
): Problem {
  const settings: readonly Repair[] = refusal.repairs.map(({ title, set }) => ({
    title,
    apply: (graph) => setValues(graph, node.id, set),
  }));
  return {
    code: refusal.code,
    severity: "error",
    node: node.id,
    message: refusal.refused,
    repairs: [...settings, ...(refusal.code === "merge-mismatch" ? mergeRepairs(node, wires, sources) : [])],
  };
}

export const tooLargeProblem = (node: GraphNode, what: string): Problem => ({
  code: "too-large",
  severity: "error",
  node: node.id,
  message: `${what}; no backend can index more than 2³¹. Make it smaller, or pool before it.`,
  repairs: [],
});
