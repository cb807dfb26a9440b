import type { Wire } from "../../graph/graph.ts";
import type { Refusal } from "../../nodes/kind.ts";
import { sidesOf } from "../../nodes/settings.ts";
import { isImage, isVector, type Shape, show } from "../../nodes/shape.ts";
import type { Repair, Step } from "../plan.ts";
import { change, remove } from "../repairs/edits.ts";
import { mergeRepairs } from "../repairs/merges.ts";
import { mergeRankRepairs, rankRepairs } from "../repairs/ranks.ts";
import { smallerRepairs } from "../repairs/smaller.ts";
import { type Finding, findingOn, type Place } from "./finding.ts";

/** An image where a vector is needed, or both at one merge. `sources` are the steps behind the wires, as far as they work. */
export function rankFinding(
  place: Place,
  wires: readonly Wire[],
  sources: readonly Step[],
): Finding | undefined {
  const { kind, node } = place;
  if (kind.takes === "several") return mergeRankFinding(place, wires);
  const [wire] = wires;
  const [source] = sources;
  if (!wire || !source || kind.takes === "any") return undefined;
  if ((kind.takes === "image" ? isImage : isVector)(source.output)) return undefined;
  return findingOn(
    node,
    "rank",
    `${kind.title} needs ${kind.takes === "image" ? "an image" : "a vector"}, got ${show(source.output)}.`,
    () => rankRepairs(place, wire, source),
    { nodes: [node.id, source.node.id], wires: [wire] },
  );
}

function mergeRankFinding(place: Place, wires: readonly Wire[]): Finding | undefined {
  const { kind, node, steps } = place;
  const arrivals = wires.flatMap((wire) => {
    const step = steps.get(wire.from);
    return step ? [{ wire, step }] : [];
  });
  const image = arrivals.find(({ step }) => isImage(step.output));
  const vector = arrivals.find(({ step }) => isVector(step.output));
  if (!image || !vector) return undefined;
  return findingOn(
    node,
    "rank",
    `${kind.title} joins images with images or vectors with vectors, got ${show(image.step.output)} and ${show(vector.step.output)}.`,
    () => mergeRankRepairs(place, arrivals),
    {
      nodes: [node.id, image.wire.from, vector.wire.from],
      wires: [image.wire, vector.wire],
      byOutcome: true,
    },
  );
}

/** A rule of the kind itself said no. Its own repairs change settings; others change what is around the layer. */
export function refusalFinding(
  place: Place,
  refusal: Refusal,
  wires: readonly Wire[],
  sources: readonly Step[],
): Finding {
  const { node } = place;
  const settings = refusal.repairs.map(({ title, set }) => change(node.id, set, title));
  const merges = refusal.code === "merge-mismatch";
  return findingOn(
    node,
    refusal.code,
    refusal.refused,
    () => {
      if (merges) return mergeRepairs(place, wires);
      const [input] = sources;
      if (refusal.code === "empty-shape" && input)
        return [...lessCropping(place, input.output), ...settings, remove(node.id)];
      if (place.kind.family !== "pool") return settings;
      return isUsedUp(input) ? [remove(node.id), ...settings] : [...settings, remove(node.id)];
    },
    {
      nodes: merges ? [node.id, ...new Set(sources.map((it) => it.node.id))] : [node.id],
      wires: merges ? wires : [],
      byOutcome: merges,
    },
  );
}

/** Nothing is left to pool: a window that shrinks to one pixel does nothing. */
const isUsedUp = (input: Step | undefined): boolean => input?.output[0] === 1 && input.output[1] === 1;

/** As much cut off all sides as leaves a pixel. */
function lessCropping({ node }: Place, input: Shape): readonly Repair[] {
  const { amount } = node.values;
  if (!isImage(input)) return [];
  const wanted = typeof amount === "number" || Array.isArray(amount) ? sidesOf(amount) : [1, 1, 1, 1];
  const spare = Math.floor((Math.min(input[0], input[1]) - 1) / 2);
  const most = Math.min(spare, Math.max(...wanted));
  return most > 0 ? [change(node.id, { amount: most }, `Cut ${most} off each side`)] : [];
}

/** An array that no backend could index. */
export const tooLargeFinding = (place: Place, what: string, wires: readonly Wire[]): Finding =>
  findingOn(
    place.node,
    "too-large",
    `${what}; no backend can index more than 2³¹. Make it smaller, or pool before it.`,
    () => [
      ...smallerRepairs({
        ...place,
        wire: wires.length === 1 ? wires[0] : undefined,
        input: place.steps.get(wires[0]?.from ?? "")?.output,
      }),
      remove(place.node.id),
    ],
  );
