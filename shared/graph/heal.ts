import { type Graph, type Wire, wireKey } from "./graph.ts";
import { wiresBy } from "./reach.ts";

/** The wires that are left when some nodes go: untouched ones, and new ones across each gap that has one way in. */
export function healed(graph: Graph, removed: ReadonlySet<string>): readonly Wire[] {
  const arriving = wiresBy(graph.wires, "to");
  const left = graph.wires.flatMap((wire) => {
    if (removed.has(wire.to)) return [];
    if (!removed.has(wire.from)) return [wire];
    const from = sourceBefore(wire.from, arriving, removed);
    return from === undefined || from === wire.to ? [] : [{ ...wire, from }];
  });
  // A node with one wire too many may now get the same one twice.
  return [...new Map(left.map((it) => [wireKey(it), it])).values()];
}

/** The kept node that the removed one got its only input from, over any number of removed ones. */
function sourceBefore(
  start: string,
  arriving: ReadonlyMap<string, readonly Wire[]>,
  removed: ReadonlySet<string>,
): string | undefined {
  const walked = new Set<string>();
  let at = start;
  while (removed.has(at)) {
    const [only, ...others] = arriving.get(at) ?? [];
    // A circle of removed nodes has no beginning.
    if (!only || others.length || walked.has(at)) return undefined;
    walked.add(at);
    at = only.from;
  }
  return at;
}
