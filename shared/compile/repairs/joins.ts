import type { Wire } from "../../graph/graph.ts";
import type { KindName } from "../../nodes/index.ts";
import { joined } from "../../nodes/merge.ts";
import { isImage, type Shape } from "../../nodes/shape.ts";
import type { Repair } from "../plan.ts";
import { type Drawing, listed } from "../problems/finding.ts";
import { join } from "./edits.ts";

/** Add and Concat over some layers' outputs, as far as their shapes allow it. */
export function joinRepairs(
  { steps }: Drawing,
  sources: readonly string[],
  into?: { readonly id: string; readonly replaced: readonly Wire[] },
): readonly Repair[] {
  const shapes = sources.map((it) => steps.get(it)?.output).filter((it) => it !== undefined);
  if (sources.length < 2 || shapes.length < sources.length) return [];
  return joiningKinds(shapes).map((kind) =>
    join(sources, kind, `Join ${listed(sources)} with ${kind === "add" ? "Add" : "Concat"}`, into),
  );
}

function joiningKinds(shapes: readonly Shape[]): readonly KindName[] {
  const [first] = shapes;
  if (!first || shapes.some((it) => it.length !== first.length)) return [];
  const stacks = !isImage(first) || shapes.every((it) => it[0] === first[0] && it[1] === first[1]);
  return [...(joined(shapes) ? ["add" as const] : []), ...(stacks ? ["concat" as const] : [])];
}
