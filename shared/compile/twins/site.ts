import { type Graph, nodeOf, wiresOutOf } from "../../graph/graph.ts";
import { worth } from "../../nodes/expression.ts";
import { isRefusal } from "../../nodes/kind.ts";
import { pairOf, type Value, type Values } from "../../nodes/settings.ts";
import { type Image, isImage, type Shape, sameShape, volume } from "../../nodes/shape.ts";
import { slide } from "../../nodes/window.ts";
import type { Plan, Step } from "../plan.ts";

/** Three layers that can do the same job, from the most weights to the fewest; the names are those of their kinds. */
export const twinNames = ["dense", "locallyConnected2d", "conv2d"] as const;
export type TwinName = (typeof twinNames)[number];

/** How a window slides over the image, [height, width] each. */
export interface TwinWindow {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: "same" | "valid";
}

/** A place of a graph that any of the three twins can take. */
export interface Site {
  /** The layer with the weights, and which of the three it is. */
  readonly id: string;
  readonly which: TwinName;
  /** The node that gives the image, and its shape. */
  readonly source: string;
  readonly input: Image;
  /** What the place hands on: an image, or a vector. */
  readonly output: Shape;
  /** The output's values as feature maps: 1×1×units where a vector has no positions. */
  readonly maps: Image;
  /** Ids of the nodes that go when a twin comes, in the order of flow. */
  readonly members: readonly string[];
  /** A Flatten that alone takes what the layer gives. */
  readonly flattenBehind: string | undefined;
  readonly window: TwinWindow;
  /** Settings of the layer, defaults filled in; each twin takes those that it knows. */
  readonly values: Values;
}

/** Why a node has no twins, in a sentence for the user. */
export interface NoSite {
  readonly refused: string;
}

/**
 * The place that a convolution, a locally connected layer or a dense layer on an image takes, together with the Flatten
 * before a dense layer and the Reshape behind it. A dense layer has no window of its own: `window` chooses its twins',
 * where it gives as many values; else one is found by the shapes.
 */
export function siteOf(graph: Graph, plan: Plan, id: string, window?: TwinWindow): Site | NoSite {
  const step = plan.steps.find((it) => it.node.id === id);
  if (!step)
    return {
      refused: nodeOf(graph, id)
        ? `${id} has no shape yet: mend its problem first.`
        : `There is no layer called ${id}.`,
    };
  switch (step.node.kind) {
    case "conv2d":
    case "locallyConnected2d":
      return slidingSite(graph, plan, step, step.node.kind);
    case "dense":
      return denseSite(graph, plan, step, window);
    default:
      return {
        refused: `${step.kind.title} has no twins: they exist for convolutions, locally connected layers and dense layers on an image.`,
      };
  }
}

function slidingSite(graph: Graph, plan: Plan, step: Step, which: TwinName): Site | NoSite {
  const { node, values, sources, inputs, output } = step;
  const [source] = sources;
  const [input] = inputs;
  if (source === undefined || !input || !isImage(input) || !isImage(output))
    return { refused: `${node.id} has no image to work on.` };
  return {
    id: node.id,
    which,
    source,
    input,
    output,
    maps: output,
    members: [node.id],
    flattenBehind: onlyFollower(graph, plan, node.id, "flatten")?.node.id,
    window: {
      kernel: sizeOf(values.kernel),
      stride: sizeOf(values.stride),
      dilation: sizeOf(values.dilation),
      padding: values.padding === "valid" ? "valid" : "same",
    },
    values,
  };
}

function denseSite(graph: Graph, plan: Plan, step: Step, wanted: TwinWindow | undefined): Site | NoSite {
  const { node, values } = step;
  const before = plan.steps.find((it) => it.node.id === step.sources[0]);
  const [input] = before?.inputs ?? [];
  const [source] = before?.sources ?? [];
  if (before?.node.kind !== "flatten" || source === undefined || !input || !isImage(input))
    return {
      refused: `${node.id} takes a vector that is no flattened image; only a dense layer behind Flatten has twins.`,
    };
  const reshape = onlyFollower(graph, plan, node.id, "reshape");
  const behind = reshape && isImage(reshape.output) ? reshape : undefined;
  const output = behind?.output ?? step.output;
  const { maps, window } = mapsFor(input, output, values, wanted);
  const flattenStays = wiresOutOf(graph, before.node.id).length > 1;
  return {
    id: node.id,
    which: "dense",
    source,
    input,
    output,
    maps,
    members: [...(flattenStays ? [] : [before.node.id]), node.id, ...(behind ? [behind.node.id] : [])],
    flattenBehind: undefined,
    window,
    values,
  };
}

/** The one node that takes what a node gives, where it is of this kind. */
function onlyFollower(graph: Graph, plan: Plan, id: string, kind: "flatten" | "reshape"): Step | undefined {
  const [wire, ...others] = wiresOutOf(graph, id);
  const step = others.length ? undefined : plan.steps.find((it) => it.node.id === wire?.to);
  return step?.node.kind === kind ? step : undefined;
}

interface Found {
  readonly maps: Image;
  readonly window: TwinWindow;
}

/** A convolution that gives as many values as a dense layer. */
function mapsFor(input: Image, output: Shape, values: Values, wanted: TwinWindow | undefined): Found {
  const whole = wholeImage(input, volume(output));
  const window = wanted ?? windowFor(input, output);
  const places = window && placesOf(input, window);
  if (!window || !places) return whole;
  // Softmax compares all units; at each of several positions it would compare the filters only.
  if (values.activation === "softmax" && volume(places) > 1) return whole;
  const filters = volume(output) / (places[0] * places[1]);
  const maps: Image = [places[0], places[1], filters];
  const fits = isImage(output)
    ? sameShape(maps, output) || sameShape(maps, [1, 1, filters])
    : Number.isInteger(filters);
  if (fits) return { maps, window };
  return wanted ? mapsFor(input, output, values, undefined) : whole;
}

/** "A dense layer is a convolution whose window is the whole image": one place, a filter for each unit. */
const wholeImage = ([height, width]: Image, units: number): Found => ({
  maps: [1, 1, units],
  window: { kernel: [height, width], stride: [1, 1], dilation: [1, 1], padding: "valid" },
});

/** The usual window that turns one size into the other: 3×3 and as many steps as needed, or without padding. */
function windowFor([height, width, ...rest]: Image, output: Shape): TwinWindow | undefined {
  const wanted: Image = isImage(output) ? output : [height, width, rest[0]];
  if (!isImage(output) && volume(output) % (height * width) !== 0) return undefined;
  if (wanted[0] === 1 && wanted[1] === 1) return undefined;
  const down = strideTo(height, wanted[0]);
  const right = strideTo(width, wanted[1]);
  const dilation = [1, 1] as const;
  if (down && right)
    return {
      kernel: [Math.min(height, Math.max(3, down)), Math.min(width, Math.max(3, right))],
      stride: [down, right],
      dilation,
      padding: "same",
    };
  if (wanted[0] > height || wanted[1] > width) return undefined;
  return {
    kernel: [height - wanted[0] + 1, width - wanted[1] + 1],
    stride: [1, 1],
    dilation,
    padding: "valid",
  };
}

/** The smallest stride with ⌈length / stride⌉ places. */
function strideTo(length: number, places: number): number | undefined {
  const stride = Math.ceil(length / places);
  return Math.ceil(length / stride) === places ? stride : undefined;
}

function placesOf(input: Image, { kernel, ...window }: TwinWindow): readonly [number, number] | undefined {
  const places = slide(input, { ...window, size: kernel }, "kernel");
  return isRefusal(places) ? undefined : [worth(places[0]), worth(places[1])];
}

const sizeOf = (value: Value | undefined): readonly [number, number] =>
  pairOf(typeof value === "number" || typeof value === "object" ? value : 1);
