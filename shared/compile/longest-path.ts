import type { Plan } from "./plan.ts";

/**
 * The ids of the longest way through a design, from an input to its output; to wherever it leads furthest while there is
 * no output yet. Where several are equally long, the one through the first inputs of its merges. Empty without steps.
 */
export function longestPath({ steps, output }: Pick<Plan, "steps" | "output">): readonly string[] {
  const ways = new Map<string, Way>();
  let furthest: Way | undefined;
  for (const { node, sources } of steps) {
    let before: Way | undefined;
    for (const id of sources) {
      const way = ways.get(id);
      if (way && (!before || way.length > before.length)) before = way;
    }
    const way: Way = { id: node.id, length: (before?.length ?? 0) + 1, before };
    ways.set(node.id, way);
    if (!furthest || way.length > furthest.length) furthest = way;
  }
  const path: string[] = [];
  for (let at = output ? ways.get(output.node.id) : furthest; at; at = at.before) path.push(at.id);
  return path.reverse();
}

/** Layers on the longest path, its input not counted. */
export const depthOf = (plan: Pick<Plan, "steps" | "output">): number =>
  Math.max(0, longestPath(plan).length - 1);

interface Way {
  readonly id: string;
  readonly length: number;
  readonly before: Way | undefined;
}
