import { reconnect, removeNodes } from "../../graph/edits.ts";
import { type Wire, wiresOutOf } from "../../graph/graph.ts";
import { isImage, isVector, sameShape, show, volume } from "../../nodes/shape.ts";
import type { Repair, Step } from "../plan.ts";
import { type Drawing, listed, type Place } from "../problems/finding.ts";
import { denseTo, inRow, likelyImage, reshapeTo, type Way } from "./adapt.ts";
import { insert } from "./edits.ts";

/** Ways to turn what a wire brings into the rank that the node takes. */
export function rankRepairs({ kind, graph, steps }: Place, wire: Wire, source: Step): readonly Repair[] {
  const { output } = source;
  if (kind.takes === "vector" && isImage(output))
    return [
      insert([[wire, [["flatten", {}]]]], `Insert Flatten → ${volume(output)}`),
      insert([[wire, [["globalAvgPool2d", {}]]]], `Insert Global Average Pool → ${output[2]}`),
    ];
  if (kind.takes !== "image" || !isVector(output)) return [];
  const target = likelyImage(output[0]);
  return [
    ...imageBefore({ graph, steps }, wire, source),
    insert([[wire, [["reshape", { target }]]]], `Insert Reshape → ${show(target)}`),
  ];
}

/** Where an image was made a vector before: let it be one, or take it from where it still is one. */
function imageBefore(
  { graph, steps }: Pick<Drawing, "graph" | "steps">,
  wire: Wire,
  source: Step,
): readonly Repair[] {
  let at = source;
  let onlyHere = wiresOutOf(graph, at.node.id).length === 1;
  // Back over layers that work on values one by one.
  while (at.kind.takes === "any" && at.inputs[0] && sameShape(at.inputs[0], at.output)) {
    const before = steps.get(at.sources[0] ?? "");
    if (!before) return [];
    at = before;
    onlyHere &&= wiresOutOf(graph, at.node.id).length === 1;
  }
  const [origin] = at.inputs;
  const [from] = at.sources;
  if (at.inputs.length !== 1 || !origin || !isImage(origin) || from === undefined) return [];
  const { id } = at.node;
  return [
    ...(onlyHere ? [{ title: `Remove ${id}`, apply: (it: Drawing["graph"]) => removeNodes(it, [id]) }] : []),
    {
      title: `Take ${show(origin)} from ${from}`,
      apply: (it) => reconnect(it, wire, from, wire.to),
    },
  ];
}

interface Arrival {
  readonly wire: Wire;
  readonly step: Step;
}

/** Brings images and vectors that meet at a merge to one rank: all of either sort at once. */
export function mergeRankRepairs(place: Place, arrivals: readonly Arrival[]): readonly Repair[] {
  const images = arrivals.filter(({ step }) => isImage(step.output));
  const vectors = arrivals.filter(({ step }) => isVector(step.output));
  const image = images[0]?.step.output;
  if (!image || !isImage(image)) return [];
  const [height, width, channels] = image;
  const all = (some: readonly Arrival[], way: (length: number) => Way | undefined): readonly Repair[] => {
    const ways = some.map(({ step }) => way(step.output.at(-1) ?? 0));
    if (ways.some((it) => !it)) return [];
    const words = new Set(ways.flatMap((it) => it?.words ?? []));
    const behind = some.map(({ wire }) => wire.from);
    return [
      insert(
        some.map(({ wire }, index) => [wire, ways[index]?.layers ?? []]),
        `Insert ${[...words].join(", ")} behind ${listed(behind)}`,
      ),
    ];
  };
  const gate = reshapeTo([1, 1, channels]);
  const whole = reshapeTo(image);
  const reshaped =
    place.node.kind === "concat"
      ? all(vectors, (length) => {
          const stacked = length / (height * width);
          return Number.isInteger(stacked) ? reshapeTo([height, width, stacked]) : undefined;
        })
      : [
          ...all(vectors, (length) => (length === channels ? gate : undefined)),
          ...all(vectors, (length) => (length === volume(image) ? whole : undefined)),
          ...all(vectors, (length) => (length === channels ? gate : inRow(denseTo(channels), gate))),
        ];
  return [
    ...reshaped,
    ...all(images, () => ({ layers: [["globalAvgPool2d", {}]], words: "Global Average Pool" })),
    ...all(images, () => ({ layers: [["flatten", {}]], words: "Flatten" })),
  ];
}
