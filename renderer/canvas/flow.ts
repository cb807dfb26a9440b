import type { Edge, Node } from "@xyflow/react";
import type { Advice } from "../../shared/compile/advice/index.ts";
import type { Plan, Problem, Step } from "../../shared/compile/plan.ts";
import { card } from "../../shared/graph/card.ts";
import {
  type Design,
  type GraphNode,
  type Point,
  type Wire,
  wireKey,
  wiresInto,
} from "../../shared/graph/graph.ts";
import { kinds } from "../../shared/nodes/index.ts";
import { filled } from "../../shared/nodes/settings.ts";
import { show } from "../../shared/nodes/shape.ts";

/** Room for the words beside a card with a problem: they keep their size when the drawing gets smaller. */
export const calloutWidth = 256;

/** What a card shows of its node. */
export interface CardContent extends Record<string, unknown> {
  readonly node: GraphNode;
  /** Missing while the layer does not work. */
  readonly step: Step | undefined;
  readonly problems: readonly Problem[];
  /** Hints on this layer, in words. */
  readonly advice: readonly Hint[];
  /** Another card stands where the words about a problem would: they show only while somebody looks at this one. */
  readonly crowded: boolean;
  /** This layer's part of all parameters, 0 to 1. */
  readonly share: number;
  /** Input handles from left to right; merge layers always have a free one more. */
  readonly slots: readonly number[];
}
export type Hint = Pick<Advice, "message" | "why">;
export type CardNode = Node<CardContent, "card">;

export interface WireContent extends Record<string, unknown> {
  readonly wire: Wire;
  /** What flows here, where it is known. */
  readonly shape: string | undefined;
  /** Which input of a merge it leads to. */
  readonly place: string | undefined;
}
export type WireEdge = Edge<WireContent, "wire">;

/**
 * The cards of a design in topological order, so that Tab walks the network from the image to the classes. What the
 * library has measured and where a drag holds a card is taken over from `before`; unchanged cards stay the same objects.
 */
export function cardsOf(
  design: Design,
  plan: Plan,
  advice: readonly Advice[],
  selection: ReadonlySet<string>,
  before: readonly CardNode[],
): CardNode[] {
  const known = new Map(before.map((it) => [it.id, it]));
  const steps = new Map(plan.steps.map((it) => [it.node.id, it]));
  const rank = new Map(plan.steps.map((it, index) => [it.node.id, index]));
  const ranked = design.nodes.toSorted(
    (a, b) => (rank.get(a.id) ?? plan.steps.length) - (rank.get(b.id) ?? plan.steps.length),
  );
  const hints = byNode(advice, (it) => it.nodes[0]);
  const problems = byNode(plan.problems, (it) => it.node);
  return ranked.map((node) => {
    const was = known.get(node.id);
    const data = sameOr(was?.data, {
      ...contentOf(design, plan, node, steps.get(node.id), problems.get(node.id) ?? []),
      advice: hints.get(node.id) ?? [],
    });
    const selected = selection.has(node.id);
    const position = { x: node.at[0], y: node.at[1] };
    const moved = was?.position.x !== position.x || was.position.y !== position.y;
    if (was && was.data === data && was.selected === selected && !moved) return was;
    return {
      ...(was ?? { id: node.id, type: "card" }),
      position,
      data,
      selected,
      // A card with a problem has words beside it that must lie on top of its neighbours.
      zIndex: data.problems.length ? 2 : 0,
      ariaLabel: spoken(data),
    };
  });
}

function byNode<T>(
  items: readonly T[],
  nodeOf: (item: T) => string | undefined,
): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const it of items) {
    const id = nodeOf(it) ?? "";
    const list = found.get(id);
    if (list) list.push(it);
    else found.set(id, [it]);
  }
  return found;
}

function contentOf(
  design: Design,
  plan: Plan,
  node: GraphNode,
  step: Step | undefined,
  problems: readonly Problem[],
) {
  return {
    node,
    step,
    problems,
    crowded: problems.length > 0 && design.nodes.some((it) => isBeside(node.at, it.at)),
    share: step && plan.totals.parameters > 0 ? step.parameters / plan.totals.parameters : 0,
    slots: slotsOf(design, node),
  };
}

/** Whether a card at `other` stands in the room to the right of the card at `at` that the callout takes. */
const isBeside = ([x, y]: Point, [otherX, otherY]: Point): boolean =>
  otherX > x && otherX < x + card.width + calloutWidth && Math.abs(otherY - y) < card.height;

function slotsOf(design: Design, node: GraphNode): readonly number[] {
  const { takes } = kinds[node.kind];
  if (takes === "nothing") return [];
  if (takes !== "several") return [0];
  const used = wiresInto(design, node.id).map((it) => it.slot);
  const count = Math.max(1, ...used.map((it) => it + 1));
  return Array.from({ length: count + 1 }, (_, slot) => slot);
}

function sameOr(was: CardContent | undefined, now: CardContent): CardContent {
  if (!was) return now;
  const isSame =
    was.node === now.node &&
    was.step === now.step &&
    was.share === now.share &&
    was.crowded === now.crowded &&
    String(was.slots) === String(now.slots) &&
    was.advice.length === now.advice.length &&
    was.advice.every((it, index) => it.message === now.advice[index]?.message) &&
    was.problems.length === now.problems.length &&
    was.problems.every((it, index) => it === now.problems[index]);
  return isSame ? was : now;
}

export const wiresOf = (design: Design, plan: Plan, selected: Wire | undefined): WireEdge[] => {
  const outputs = new Map(plan.steps.map((it) => [it.node.id, show(it.output)]));
  const selectedKey = selected && wireKey(selected);
  const merges = new Set(design.nodes.filter((it) => kinds[it.kind].takes === "several").map((it) => it.id));
  return design.wires.map((wire) => ({
    id: wireKey(wire),
    type: "wire",
    source: wire.from,
    target: wire.to,
    targetHandle: String(wire.slot),
    selected: wireKey(wire) === selectedKey,
    data: {
      wire,
      shape: outputs.get(wire.from),
      place: merges.has(wire.to) ? `input ${wire.slot + 1}` : undefined,
    },
  }));
};

/** `8 · 5×5 · same · relu`: also for layers that do not work yet. */
export const notationOf = ({ kind, values }: GraphNode): string => {
  const { notation, settings } = kinds[kind];
  try {
    return notation(filled(settings, values));
  } catch {
    // A value of the wrong type from a file: the compiler reports it on the card.
    return "";
  }
};

/** Stored numbers that training leaves as they are; averages that follow the batches are not. */
export const isFrozen = ({ step }: Pick<CardContent, "step">): boolean =>
  step !== undefined &&
  step.weights.length > 0 &&
  step.trainable === 0 &&
  (step.values.trainable === false || step.weights.some((it) => it.role === "frozen"));

function spoken(content: CardContent): string {
  const { node, step, problems, advice } = content;
  return [
    `${kinds[node.kind].title} ${node.id}`,
    notationOf(node),
    step ? `output ${show(step.output)}` : "output unknown",
    step?.parameters ? `${step.parameters} parameters` : "",
    isFrozen(content) ? "frozen" : "",
    problems.length ? `problem: ${problems[0]?.message}` : "",
    advice.length ? `advice: ${advice[0]?.message}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}
