import type { Graph, GraphNode, Wire } from "../../graph/graph.ts";
import { isKindName, kinds } from "../../nodes/index.ts";
import type { Kind } from "../../nodes/kind.ts";
import type { Wired } from "../order.ts";
import type { ProblemCode, Repair, Step } from "../plan.ts";

/** What the rules look at: the drawing, and the steps that are known so far, in topological order. */
export interface Drawing {
  readonly graph: Graph;
  readonly wired: Wired;
  readonly steps: ReadonlyMap<string, Step>;
}

/** A node on its way through the compiler. */
export interface Place extends Drawing {
  readonly node: GraphNode;
  readonly kind: Kind;
}

/** An edit to try, or several of growing size of which the first that helps is offered. */
export type Candidate = Repair | readonly Repair[];

/** An error as its rule finds it. `published` makes a problem of it. */
export interface Finding {
  readonly code: ProblemCode;
  readonly message: string;
  readonly node?: string;
  readonly nodes?: readonly string[];
  readonly wires?: readonly Wire[];
  /** Edits that should take it away, best first; those that turn out not to are left out. */
  candidates(): readonly Candidate[];
  /** Those with fewer new errors go first. */
  readonly byOutcome?: boolean;
}

/** A finding on a node, about it alone unless it says more. */
export const findingOn = (
  { id }: GraphNode,
  code: ProblemCode,
  message: string,
  candidates: Finding["candidates"],
  more: Pick<Finding, "nodes" | "wires" | "byOutcome"> = {},
): Finding => ({ code, message, node: id, nodes: [id], candidates, ...more });

/** A node's kind; undefined for a graph that no reader of ours has checked. */
export const kindOf = (node: GraphNode): Kind | undefined =>
  isKindName(node.kind) ? kinds[node.kind] : undefined;

export const isInput = (node: GraphNode): boolean => node.kind === "input";

/** `a`, `a and b`, `a, b and c`; long lists are cut: `a, b, c, d and 12 more`. */
export function listed(words: readonly string[], most = 5): string {
  const shown = words.length > most ? words.slice(0, most - 1) : words.slice(0, -1);
  const last = words.length > most ? `${words.length - shown.length} more` : (words.at(-1) ?? "");
  return shown.length ? `${shown.join(", ")} and ${last}` : last;
}
