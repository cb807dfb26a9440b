import type { GraphNode } from "../../graph/graph.ts";
import { kinds } from "../../nodes/index.ts";
import type { Kind } from "../../nodes/kind.ts";
import type { Field, Setting, Value } from "../../nodes/settings.ts";
import type { Repair } from "../plan.ts";
import { change, remove } from "../repairs/edits.ts";
import { type Finding, findingOn, listed } from "./finding.ts";

/** A layer of a kind that this version does not have: only from a graph that never went through the document reader. */
export const unknownKindFinding = (node: GraphNode): Finding =>
  findingOn(
    node,
    "unknown-kind",
    `There is no layer kind called ${String(node.kind).slice(0, 40)}; there are ${listed(Object.keys(kinds), 40)}.`,
    () => [remove(node.id)],
  );

/** A setting out of range, of the wrong type, or not of this kind. */
export function settingFinding(
  node: GraphNode,
  kind: Kind,
  { name, complaint }: { readonly name: string; readonly complaint: string },
): Finding {
  const setting: Setting<Value> | undefined = kind.settings[name];
  return findingOn(node, "setting", `${setting?.label ?? name} ${complaint}.`, () => [
    ...(setting ? nearest(node, name, setting) : []),
    change(
      node.id,
      { [name]: undefined },
      setting ? `Set ${words(setting)} to ${written(setting.initial)}` : `Remove the setting ${name}`,
    ),
  ]);
}

const words = ({ label }: Setting<Value>): string => label.toLowerCase();
const written = (value: Value): string =>
  typeof value === "object" ? value.join("×") || "none" : String(value);

/** What the user most likely meant: the next number that the setting takes. */
function nearest(node: GraphNode, name: string, setting: Setting<Value>): readonly Repair[] {
  const value = node.values[name];
  const { field } = setting;
  if (value === undefined || !("min" in field)) return [];
  const meant =
    typeof value === "number"
      ? within(value, field)
      : Array.isArray(value)
        ? value.map((it) => within(it, field))
        : undefined;
  if (meant === undefined || setting.check(meant) !== undefined) return [];
  return [change(node.id, { [name]: meant }, `Set ${words(setting)} to ${written(meant)}`)];
}

function within(value: unknown, field: Extract<Field, { readonly min: number }>): number {
  const near = typeof value === "number" && !Number.isNaN(value) ? value : field.min;
  const whole = field.type === "real" ? near : Math.round(near);
  const { max } = "max" in field ? field : { max: whole };
  return Math.min(Math.max(whole, field.min), max);
}
