import { isKindName, type KindName, kinds } from "../nodes/index.ts";
import type { Value, Values } from "../nodes/settings.ts";
import { type Graph, type GraphNode, type Point, type Wire, wireKey } from "./graph.ts";
import { wrongId } from "./ids.ts";
import { shown } from "./json.ts";
import { limits } from "./limits.ts";
import { type Fields, got, known, list, record, refuse, string, unique } from "./reading.ts";
import { stored, wrongType } from "./values.ts";

/** Nodes and wires from JSON objects. `place` stands before their names in complaints: `designs[0].`. */
export function readGraph(written: Fields, place: string): Graph {
  const nodes = list(written.nodes, `${place}nodes`, limits.nodes).map((it, index) =>
    node(it, `${place}nodes[${index}]`),
  );
  unique(
    nodes.map((it) => it.id),
    (index) => `${place}nodes[${index}].id`,
  );
  const kindsById = new Map(nodes.map((it) => [it.id, it.kind]));
  const wires = list(written.wires, `${place}wires`, limits.wires).map((it, index) =>
    wire(it, `${place}wires[${index}]`, kindsById),
  );
  wiresDiffer(wires, kindsById, `${place}wires`);
  return { nodes, wires };
}

function node(value: unknown, place: string): GraphNode {
  const written = record(value, place);
  known(written, place, ["id", "kind", "values", "at"]);
  const id = string(written.id, `${place}.id`);
  const wrong = wrongId(id);
  if (wrong) refuse(`${place}.id ${wrong}.`);
  const kind = string(written.kind, `${place}.kind`);
  if (!isKindName(kind))
    return refuse(`${place}.kind must be one of ${Object.keys(kinds).join(", ")}, got ${shown(kind)}.`);
  return {
    id,
    kind,
    values: values(written.values, kind, `${place}.values`),
    at: point(written.at, `${place}.at`),
  };
}

function values(value: unknown, kind: KindName, place: string): Values {
  if (value === undefined) return {};
  const written = record(value, place);
  const { settings } = kinds[kind];
  known(written, place, Object.keys(settings));
  for (const [name, setting] of Object.entries(settings)) {
    const wrong = written[name] === undefined ? undefined : wrongType(setting, written[name]);
    if (wrong) refuse(`${place}.${name} ${wrong}.`);
  }
  // Each value has been checked by its setting above.
  return stored(kind, written as Readonly<Record<string, Value>>);
}

function point(value: unknown, place: string): Point {
  const [x, y, ...more] = Array.isArray(value) ? value : [];
  if (!isPosition(x) || !isPosition(y) || more.length)
    return refuse(
      `${place} must be [x, y], two numbers from ${-limits.position} to ${limits.position}, got ${got(value)}.`,
    );
  return [x || 0, y || 0];
}

const isPosition = (value: unknown): value is number =>
  typeof value === "number" && Math.abs(value) <= limits.position;

function wire(value: unknown, place: string, nodes: ReadonlyMap<string, KindName>): Wire {
  const written = record(value, place);
  known(written, place, ["from", "to", "slot"]);
  const from = end(written.from, `${place}.from`, nodes);
  const to = end(written.to, `${place}.to`, nodes);
  const kind = nodes.get(to);
  const slots = kind && kinds[kind].takes === "several" ? limits.slot : 0;
  const slot = written.slot ?? 0;
  if (typeof slot !== "number" || !Number.isInteger(slot) || slot < 0 || slot > slots)
    return refuse(
      slots === 0
        ? `${place}.slot must be left out, since ${to} has one input, got ${got(slot)}.`
        : `${place}.slot must be a whole number from 0 to ${slots}, got ${got(slot)}.`,
    );
  return { from, to, slot: slot || 0 };
}

function end(value: unknown, place: string, nodes: ReadonlyMap<string, KindName>): string {
  const id = string(value, place);
  return nodes.has(id) ? id : refuse(`${place} must be the id of a node of this design, got ${shown(id)}.`);
}

function wiresDiffer(wires: readonly Wire[], nodes: ReadonlyMap<string, KindName>, place: string): void {
  const met = new Map<string, number>();
  for (const [index, it] of wires.entries()) {
    const kind = nodes.get(it.to);
    const isMerge = kind && kinds[kind].takes === "several";
    const key = isMerge ? `${it.to} ${it.slot}` : wireKey(it);
    const first = met.get(key);
    met.set(key, index);
    if (first === undefined) continue;
    refuse(
      isMerge
        ? `${place}[${index}].slot is ${it.slot}, which ${place}[${first}] takes at ${it.to} already. Number the inputs 0, 1, ….`
        : `${place}[${index}] is the same wire as ${place}[${first}]. Remove one of them.`,
    );
  }
}
