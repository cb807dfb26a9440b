import fc from "fast-check";
import type { Graph, GraphNode, Wire } from "../../graph/graph.ts";
import type { KindName } from "../../nodes/index.ts";
import type { Values } from "../../nodes/settings.ts";
import { show } from "../../nodes/shape.ts";
import { compile } from "../compile.ts";

type Layer = readonly [kind: KindName, values: Values];

const pair = (max: number): fc.Arbitrary<number | readonly [number, number]> => {
  const size = fc.integer({ min: 1, max });
  return fc.oneof({ arbitrary: size, weight: 3 }, fc.tuple(size, size));
};
const padding = fc.constantFrom("same", "valid");
const linear = { filters: 1, bias: false, activation: "linear" };
const side = fc.integer({ min: 0, max: 2 });

/**
 * Every kind that looks through a window or shifts what is seen; averages in place of maxima, for gradients. With `gaps`, also transposed
 * convolutions whose stride is above their kernel.
 */
const layer = (gaps: boolean): fc.Arbitrary<Layer> =>
  fc.oneof(
    fc
      .record({ kernel: pair(4), stride: pair(3), padding })
      .map((it): Layer => ["conv2d", { ...it, ...linear }]),
    fc
      .record({ kernel: pair(3), dilation: pair(3), padding })
      .map((it): Layer => ["conv2d", { ...it, ...linear }]),
    fc
      .record({ kernel: pair(3), stride: fc.integer({ min: 1, max: 3 }), padding })
      .map((it): Layer => ["depthwiseConv2d", { ...it, bias: false, activation: "linear" }]),
    fc
      .record({ kernel: pair(3), stride: fc.integer({ min: 1, max: 2 }), padding })
      .map((it): Layer => ["separableConv2d", { ...it, ...linear }]),
    fc
      .record({ kernel: pair(3), stride: pair(2), padding })
      .map((it): Layer => ["locallyConnected2d", { ...it, ...linear }]),
    fc.record({ size: pair(3), stride: pair(3), padding }).map((it): Layer => ["avgPool2d", it]),
    fc
      .record({ kernel: gaps ? pair(4) : fc.integer({ min: 3, max: 4 }), stride: pair(3), padding })
      .map((it): Layer => ["conv2dTranspose", { ...it, ...linear }]),
    fc
      .record({ size: pair(3), interpolation: fc.constantFrom("nearest", "bilinear") })
      .map((it): Layer => ["upsample2d", it]),
    fc.tuple(side, side, side, side).map((amount): Layer => ["zeroPad2d", { amount }]),
    fc.tuple(side, side, side, side).map((amount): Layer => ["crop2d", { amount }]),
  );

const joins = ["add", "average", "maximum", "multiply", "concat"] as const;

/**
 * Random networks of one channel on images large enough to have an inside: chains, or branches from one layer that come
 * together in a merge wherever their shapes allow it, without gaps (see `AxisView`). Linear throughout.
 */
export function arbitraryWindows(form: "chain" | "branches"): fc.Arbitrary<Graph> {
  const size = fc.integer({ min: 9, max: 18 });
  const image = fc.record({ height: size, width: size, channels: fc.constant(1) });
  const layers = fc.array(layer(form === "chain"), { minLength: 1, maxLength: form === "chain" ? 4 : 7 });
  const choices = fc.array(fc.tuple(fc.nat(100), fc.nat(100), fc.constantFrom(...joins)), {
    minLength: 7,
    maxLength: 7,
  });
  return fc
    .tuple(image, layers, choices)
    .map(([values, drawn, chosen]) =>
      form === "chain" ? grown(values, drawn, []) : grown(values, drawn, chosen),
    );
}

/** Each layer on the one before it, or on an earlier one; and a merge where two images of one shape are met. */
function grown(
  image: Values,
  drawn: readonly Layer[],
  chosen: readonly (readonly [number, number, KindName])[],
): Graph {
  const nodes: GraphNode[] = [{ id: "image", kind: "input", values: image, at: [0, 0] }];
  const wires: Wire[] = [];
  const put = (kind: KindName, values: Values, from: readonly string[]): void => {
    const id = `${kind.toLowerCase()}_${nodes.length}`;
    nodes.push({ id, kind, values, at: [0, 0] });
    for (const [slot, source] of from.entries()) wires.push({ from: source, to: id, slot });
  };
  for (const [index, [kind, values]] of drawn.entries()) {
    const [place, other, join] = chosen[index] ?? [0, 0, "add"];
    const source = chosen.length ? nodes[Math.max(0, nodes.length - 1 - (place % 3))] : nodes.at(-1);
    put(kind, values, [source?.id ?? "image"]);
    const { steps } = compile({ nodes, wires });
    const newest = steps.find((it) => it.node.id === nodes.at(-1)?.id);
    const alike = steps.filter((it) => newest && it !== newest && show(it.output) === show(newest.output));
    const partner = alike[other % Math.max(1, alike.length)];
    if (chosen.length && newest && partner) put(join, {}, [partner.node.id, newest.node.id]);
  }
  return { nodes, wires };
}
