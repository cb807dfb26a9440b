import fc from "fast-check";
import type { Graph, GraphNode, Wire } from "../graph/graph.ts";
import { type KindName, kinds } from "../nodes/index.ts";
import type { Kind } from "../nodes/kind.ts";
import type { Setting, Value, Values } from "../nodes/settings.ts";
import { arbitraryTroubles } from "./arbitrary-troubles.ts";

/**
 * Random drawings for tests. Sound ones have settings in range and a wire into every layer; they may still ask for an
 * image where a vector comes. The others have everything that can be wrong with a drawing, and each thing often.
 */
export const arbitraryGraph = ({ sound }: { sound: boolean }): fc.Arbitrary<Graph> => {
  const drawn = fc
    .array(sound ? soundKind : fc.oneof(anyKind, soundKind), { minLength: sound ? 1 : 0, maxLength: 9 })
    .chain((names) =>
      fc.tuple(
        fc.tuple(inputSizes, ...names.map((it) => arbitraryValues(it, sound))),
        fc.array(fc.nat(20), { minLength: names.length, maxLength: names.length }),
        fc.constant(names),
      ),
    )
    .map(([[inputValues, ...values], skips, names]): Graph => {
      const kindsInOrder: readonly KindName[] = ["input", ...names];
      const nodes = kindsInOrder.map(
        (kind, index): GraphNode => ({
          id: `n${index}`,
          kind,
          values: (index === 0 ? inputValues : values[index - 1]) ?? {},
          at: [0, index * 180],
        }),
      );
      return { nodes, wires: wiresOf(nodes, skips) };
    });
  if (sound) return drawn;
  return fc
    .tuple(drawn, arbitraryTroubles())
    .map(([graph, troubles]) => troubles.reduce((worse, trouble) => trouble(worse), graph));
};

const names = Object.keys(kinds) as KindName[];
const anyKind = fc.constantFrom(...names);
// An image stays an image for a while, so that most graphs compile.
const soundKind = fc.constantFrom<KindName>(
  ...names.filter((it) => it !== "input" && it !== "dense"),
  "conv2d",
  "conv2d",
  "maxPool2d",
  "batchNorm",
);

const size = fc.integer({ min: 1, max: 9 });
const inputSizes = fc.record({ height: size, width: size, channels: fc.integer({ min: 1, max: 3 }) });

/** Settings of one kind, some left out. */
export const arbitraryValues = (name: KindName, sound: boolean): fc.Arbitrary<Values> => {
  const kind: Kind = kinds[name];
  return fc
    .tuple(
      ...Object.entries(kind.settings).map(([it, setting]) =>
        fc.option(
          settingValue(setting, sound).map((value) => [it, value] as const),
          { nil: undefined },
        ),
      ),
    )
    .map((written) => Object.fromEntries(written.filter((it) => it !== undefined)));
};

function settingValue({ field }: Setting<Value>, sound: boolean): fc.Arbitrary<Value> {
  const wrong = sound ? [] : [fc.constantFrom<Value>(0, -1, 1.5, Number.NaN, 1e308, "nonsense")];
  const small = fc.integer({ min: 1, max: 4 });
  switch (field.type) {
    case "whole":
      return fc.oneof({ arbitrary: small, weight: 20 }, ...wrong);
    case "real":
      return fc.oneof(
        {
          arbitrary: fc.double({ min: Math.max(field.min, -1), max: Math.min(field.max, 1), noNaN: true }),
          weight: 20,
        },
        ...wrong,
      );
    case "pair":
      return fc.oneof(
        { arbitrary: small, weight: 15 },
        { arbitrary: fc.tuple(small, small), weight: 5 },
        ...wrong,
      );
    case "choice":
      return fc.oneof({ arbitrary: fc.constantFrom(...field.options), weight: 20 }, ...wrong);
    case "flag":
      return fc.boolean();
    case "sizes":
      return fc.oneof(
        {
          arbitrary: fc
            .constantFrom(...field.lengths)
            .chain((count) => fc.array(small, { minLength: count, maxLength: count })),
          weight: 20,
        },
        ...wrong,
      );
    case "sides":
      return fc.oneof(
        { arbitrary: fc.integer({ min: 0, max: 3 }), weight: 10 },
        { arbitrary: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }), weight: 10 },
        ...wrong,
      );
    case "kernel":
      return fc.oneof(
        { arbitrary: fc.constant("learned"), weight: 20 },
        { arbitrary: fc.constantFrom(...field.presets), weight: 10 },
        {
          arbitrary: fc
            .constantFrom(1, 2, 4, 9)
            .chain((count) =>
              fc.array(fc.integer({ min: -3, max: 3 }), { minLength: count, maxLength: count }),
            ),
          weight: 5,
        },
        ...wrong,
      );
  }
}

/** Each node from the one before it, merges also from an earlier one. */
const wiresOf = (nodes: readonly GraphNode[], skips: readonly number[]): readonly Wire[] =>
  nodes.slice(1).flatMap(({ id, kind }, before): Wire[] => {
    const wire = { from: `n${before}`, to: id, slot: 0 };
    const earlier = (skips[before] ?? 0) % (before + 1);
    return kinds[kind].takes === "several" ? [wire, { from: `n${earlier}`, to: id, slot: 1 }] : [wire];
  });
