import { refuse } from "../../graph/reading.ts";
import type { Value } from "../../nodes/settings.ts";
import { axesOf, type Flow, type Layout, placesOf, vectorFlow } from "./flow.ts";
import type { Door, Operation } from "./messages.ts";
import { type Network, quoted } from "./network.ts";
import type { Layer } from "./sketch.ts";

/** The model's input: what the design's has to be set to, and how the operators see it. */
export interface Entrance {
  readonly settings: Readonly<Record<string, Value>>;
  readonly flow: (layer: Layer) => Flow;
  /** What differs for whoever feeds the model; empty where nothing does. */
  readonly words: string;
  /** The fixed number of examples, where the file has one. */
  readonly examples: number | undefined;
}

export function entranceOf(network: Network): { readonly door: Door; readonly entrance: Entrance } {
  const [door, second] = network.inputs;
  if (!door)
    return refuse("The model has no input: it works out nothing but fixed numbers. Choose another model.");
  if (second)
    refuse(
      `The model has ${network.inputs.length} inputs, ${network.inputs
        .slice(0, 4)
        .map((it) => quoted(it.name))
        .join(
          ", ",
        )}${network.inputs.length > 4 ? " …" : ""}; a design has one. Export the part behind one of them.`,
    );
  const { name, dims } = door;
  if (!dims)
    return refuse(`The input ${quoted(name)} has no shape. Export the model with a fixed height and width.`);
  const shown = dims.map((it) => it ?? "?").join("×");
  const [examples, ...sizes] = dims;
  if (![1, 2, 3].includes(sizes.length))
    refuse(
      `The input ${quoted(name)} is ${shown || "one number"}: designs take images, [N, channels, height, width] or channels last, or vectors, [N, values].`,
    );
  const open = sizes.indexOf(undefined);
  if (open >= 0)
    refuse(
      `The input ${quoted(name)} is ${shown}: axis ${open + 2} may have any size, and a design's are fixed. Export the model again with fixed sizes for all but the first axis.`,
    );
  const fixed = sizes.map((it) => it ?? 1);
  return { door, entrance: { ...shaped(network, name, fixed), examples } };
}

function shaped(network: Network, name: string, sizes: readonly number[]): Omit<Entrance, "examples"> {
  const [a = 1, b = 1, c] = sizes;
  if (sizes.length === 1)
    return { settings: { shape: [a] }, flow: (layer) => vectorFlow(layer, a), words: "" };
  if (c === undefined) {
    const shape = [a, b, 1] as const;
    return {
      settings: { height: a, width: b, channels: 1 },
      flow: (layer) => ({ layer, shape, factors: shape, axes: ["examples", [0], [1]] }),
      words: `Its images ${a}×${b} have one channel in the design.`,
    };
  }
  const layout = layoutOf(network, name, [a, b, c]);
  const shape = layout === "first" ? ([b, c, a] as const) : ([a, b, c] as const);
  const [height, width, channels] = shape;
  return {
    settings: { height, width, channels },
    flow: (layer) => ({ layer, shape, factors: shape, axes: axesOf(placesOf[layout]) }),
    words:
      layout === "first"
        ? `The file takes images with channels first, ${a}×${b}×${c}; the design takes them channels last, ${shape.join("×")}.`
        : "",
  };
}

/** Which layout the first operator that needs one shows; else the one whose channels are few. */
function layoutOf(network: Network, name: string, [a, , c]: readonly [number, number, number]): Layout {
  const seen = new Set<string>();
  const waiting = [name];
  for (const value of waiting) {
    if (seen.has(value) || seen.size > 1000) continue;
    seen.add(value);
    for (const taker of network.takersOf(value)) {
      const shown = shownBy(taker);
      if (shown) return shown;
      if (!rearranging.has(taker.operator)) waiting.push(...taker.outputs);
    }
  }
  return a <= 4 && c > 4 ? "first" : "last";
}

function shownBy({ operator, attributes }: Operation): Layout | undefined {
  if (windowed.has(operator)) return "first";
  if (operator !== "Transpose") return undefined;
  const order = attributes.get("perm")?.wholes.join();
  return order === "0,3,1,2" ? "last" : order === "0,2,3,1" ? "first" : undefined;
}

/** Operators that take images with their channels first. */
const windowed: ReadonlySet<string> = new Set([
  "Conv",
  "ConvTranspose",
  "MaxPool",
  "AveragePool",
  "GlobalMaxPool",
  "GlobalAveragePool",
  "BatchNormalization",
  "InstanceNormalization",
  "LRN",
  "DepthToSpace",
  "SpaceToDepth",
]);
const rearranging: ReadonlySet<string> = new Set([
  "Reshape",
  "Flatten",
  "Transpose",
  "Squeeze",
  "Unsqueeze",
  "Shape",
]);
