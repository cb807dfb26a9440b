import type { GraphNode, Wire } from "../../graph/graph.ts";
import type { Kind } from "../../nodes/kind.ts";
import { filled, type Values } from "../../nodes/settings.ts";
import { isImage, type Shape } from "../../nodes/shape.ts";
import type { Candidate } from "../problems/finding.ts";
import { change, insert } from "./edits.ts";

interface Large {
  readonly node: GraphNode;
  readonly kind: Kind;
  /** The only wire into it, and what comes through, where there is one. */
  readonly wire?: Wire | undefined;
  readonly input?: Shape | undefined;
}

/** Settings that make a layer's result or weights larger, with their words. */
const sizeSettings = ["filters", "units", "multiplier", "channels"] as const;
const sides = ["height", "width"] as const;

/** Ways to make a layer's arrays smaller, each by as little as helps: fewer filters, or pooling before it. */
export function smallerRepairs({ node, kind, wire, input }: Large): readonly Candidate[] {
  const values = filled(kind.settings, node.values);
  return [
    ...sizeSettings.flatMap((name) => {
      const size = values[name];
      return typeof size === "number" && size > 1 ? [fewer(node, name, size)] : [];
    }),
    ...(wire && input && isImage(input) ? [pooled(wire, input)] : []),
    ...(node.kind === "input" ? [smallerSides(node, values)] : []),
  ];
}

const fewer = (node: GraphNode, name: string, size: number): Candidate =>
  halves(size).map((it) => change(node.id, { [name]: it }, `Set ${name} of ${node.id} to ${it}`));

const pooled = (wire: Wire, [height, width]: readonly [number, number, number]): Candidate =>
  halves(Math.min(height, width))
    .map((_, index) => 2 ** (index + 1))
    .map((size) =>
      insert([[wire, [["maxPool2d", { size }]]]], `Insert Max Pool ${size}×${size} before ${wire.to}`),
    );

function smallerSides(node: GraphNode, values: Values): Candidate {
  const [height, width] = sides.map((it) => values[it]);
  if (typeof height !== "number" || typeof width !== "number") return [];
  return halves(Math.min(height, width)).map((_, index) => {
    const share = 2 ** (index + 1);
    const [rows, columns] = [Math.floor(height / share), Math.floor(width / share)];
    return change(node.id, { height: rows, width: columns }, `Set ${node.id} to ${rows}×${columns}`);
  });
}

/** Half of a number, a quarter, and so on down to 1. */
function halves(size: number): readonly number[] {
  const all: number[] = [];
  for (let it = Math.floor(size / 2); it >= 1; it = Math.floor(it / 2)) all.push(it);
  return all;
}
