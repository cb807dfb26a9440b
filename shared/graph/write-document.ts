import { type KindName, kinds } from "../nodes/index.ts";
import type { Clip } from "./clip.ts";
import { type Document, formatVersion } from "./document.ts";
import type { Design, GraphNode, Wire } from "./graph.ts";
import { stored } from "./values.ts";

/**
 * The text of a `.receptive` file: keys in a fixed order, one node and one wire per line so that versions compare well,
 * defaults of settings left out, the recipe complete, a line feed at the end.
 */
export const writeDocument = ({ designs, data, recipe }: Document): string =>
  `${object(0, [
    ["receptive", String(formatVersion)],
    ["designs", list(1, designs.map(design))],
    ["data", line(data)],
    [
      "recipe",
      object(
        1,
        Object.entries(recipe).map(([name, part]) => [name, line(part)] as const),
      ),
    ],
  ])}\n`;

/** Copied nodes as text for a clipboard, read again by `readClip`. */
export const writeClip = ({ nodes, wires }: Clip): string =>
  line({ receptiveClip: 1, nodes: nodes.map(node), wires: wires.map(wireOf(nodes)) });

function design({ name, nodes, wires }: Design): string {
  return object(2, [
    ["name", line(name)],
    [
      "nodes",
      list(
        3,
        nodes.map((it) => line(node(it))),
      ),
    ],
    ["wires", list(3, wires.map(wireOf(nodes)).map(line))],
  ]);
}

function node({ id, kind, values, at }: GraphNode): Readonly<Record<string, unknown>> {
  const changed = stored(kind, values);
  return { id, kind, ...(Object.keys(changed).length ? { values: changed } : {}), at };
}

function wireOf(nodes: readonly GraphNode[]): (wire: Wire) => object {
  const kindsById = new Map<string, KindName>(nodes.map((it) => [it.id, it.kind]));
  return ({ from, to, slot }) => {
    const kind = kindsById.get(to);
    return kind && kinds[kind].takes === "several" ? { from, to, slot } : { from, to };
  };
}

const indent = (depth: number): string => "  ".repeat(depth);

const object = (depth: number, entries: readonly (readonly [name: string, text: string])[]): string =>
  block(
    depth,
    "{}",
    entries.map(([name, text]) => `${JSON.stringify(name)}: ${text}`),
  );

const list = (depth: number, texts: readonly string[]): string => block(depth, "[]", texts);

const block = (depth: number, brackets: string, texts: readonly string[]): string =>
  texts.length === 0
    ? brackets
    : `${brackets[0]}\n${texts.map((it) => `${indent(depth + 1)}${it}`).join(",\n")}\n${indent(depth)}${brackets[1]}`;

/** A value on one line with a space inside braces and after commas. */
function line(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(line).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, part]) => `${JSON.stringify(name)}: ${line(part)}`)
    .join(", ")} }`;
}
