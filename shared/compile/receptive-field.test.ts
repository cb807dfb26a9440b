import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Graph, GraphNode, Wire } from "../graph/graph.ts";
import type { KindName } from "../nodes/index.ts";
import type { Values } from "../nodes/settings.ts";
import { isImage, volume } from "../nodes/shape.ts";
import { compile } from "./compile.ts";
import type { Step } from "./plan.ts";
import { countSeen, jumpOf, offsetOf, paddingShare, seenAt, sizeOf } from "./receptive-field.ts";
import { tracing } from "./testing/arithmetic.ts";
import { runByHand } from "./testing/by-hand.ts";
import { arbitraryWindows } from "./testing/window-graphs.ts";

type Layer = readonly [KindName, Values?];
const chain = (length: number, ...layers: readonly Layer[]): Graph => {
  const all: readonly Layer[] = [["input", { height: length, width: length }], ...layers];
  const nodes = all.map(
    ([kind, values = {}], index): GraphNode => ({ id: `n${index}`, kind, values, at: [0, 0] }),
  );
  const wires = nodes.slice(1).map((it, index): Wire => ({ from: `n${index}`, to: it.id, slot: 0 }));
  return { nodes, wires };
};
const last = (graph: Graph): Step => compile(graph).steps.at(-1) ?? expect.unreachable();
const bare = (values: Values): Layer => ["conv2d", { filters: 1, activation: "linear", ...values }];

test.each<[string, Graph, number, number, number]>([
  ["the input", chain(9), 1, 1, 0],
  ["3×3", chain(9, bare({})), 3, 1, -1],
  ["two 3×3 see as much as one 5×5", chain(9, bare({}), bare({})), 5, 1, -2],
  ["three 3×3 as one 7×7", chain(9, bare({}), bare({}), bare({})), 7, 1, -3],
  ["pool behind 5×5", chain(28, bare({ kernel: 5 }), ["maxPool2d"]), 6, 2, -2],
  ["dilation 2", chain(9, bare({ dilation: 2, padding: "valid" })), 5, 1, 0],
  ["transposed 3×3, stride 2", chain(9, ["conv2dTranspose", { stride: 2 }]), 2, 0.5, -1],
  ["repeated twice", chain(9, ["upsample2d"]), 1, 0.5, 0],
  ["blended twice", chain(9, ["upsample2d", { interpolation: "bilinear" }]), 2, 0.5, -1],
  ["cropped by 2", chain(9, ["crop2d", { amount: 2 }]), 1, 1, 2],
  ["dense", chain(9, ["flatten"], ["dense"]), 9, 0, 0],
])("size, jump and offset of %s", (_, graph, size, jump, offset) => {
  const [view] = last(graph).view;
  expect([sizeOf(view), jumpOf(view), offsetOf(view)]).toEqual([size, jump, offset]);
});

test("the share of padding that a 3×3 sees of 4×4: 100 of 12·12 rows and columns lie inside", () => {
  const { view, whole } = last(chain(4, bare({})));
  expect(countSeen(view[0], 4)).toEqual({ all: 12, inside: 10 });
  expect(paddingShare(view, whole)).toBe((144 - 100) / 144);
});

describe("vectors", () => {
  test("a flattened image sees what its pixels see", () => {
    const { receptiveField, view, whole } = last(chain(28, bare({ kernel: 5 }), ["flatten"]));
    expect(receptiveField).toEqual([5, 5]);
    expect(paddingShare(view, whole)).toBe(paddingShare(last(chain(28, bare({ kernel: 5 }))).view, whole));
  });
  test.each<[string, Layer]>([
    ["softmax", ["activation", { function: "softmax" }]],
    ["layer norm", ["layerNorm"]],
  ])("%s joins all values of a vector", (_, layer) => {
    expect(last(chain(28, ["flatten"], layer)).receptiveField).toEqual([28, 28]);
    expect(last(chain(28, layer)).receptiveField).toEqual([1, 1]);
  });
});

/** First and last row and column of traced pixels; undefined where there are none. */
function boundsOf(traced: bigint, [height, width]: readonly [number, number]) {
  if (traced === 0n) return undefined;
  const row = (1n << BigInt(width)) - 1n;
  const rows = Array.from({ length: height }, (_, y) => (traced >> BigInt(y * width)) & row);
  const columns = rows.reduce((all, it) => all | it, 0n);
  const seen = (it: bigint): boolean => it !== 0n;
  const ones = [...columns.toString(2).padStart(width, "0")].reverse().map((it) => it === "1");
  return [
    [rows.findIndex(seen), rows.findLastIndex(seen)],
    [ones.indexOf(true), ones.lastIndexOf(true)],
  ] as const;
}

/** Whether the view says exactly what was traced; where padding took part, at least that. */
function agrees(step: Step, position: readonly [number, number], traced: bigint): boolean {
  const [height, width] = step.whole;
  const border = 1n << BigInt(height * width);
  const bounds = boundsOf(traced & (border - 1n), step.whole);
  const said = step.view.map((it, axis) => seenAt(it, position[axis] ?? 0));
  const where = `${step.node.id} at ${position}`;
  if (traced & border) {
    for (const [axis, [first, last]] of (bounds ?? []).entries()) {
      expect(said[axis]?.[0], where).toBeLessThanOrEqual(first);
      expect(said[axis]?.[1], where).toBeGreaterThanOrEqual(last);
    }
    return false;
  }
  if (bounds) expect(said, where).toEqual(bounds);
  else
    expect(
      said.some(([first, last]) => first > last),
      where,
    ).toBe(true);
  return true;
}

describe("what positions see is what a change of a pixel reaches", () => {
  test.each(["chain", "branches"] as const)("%s", (form) => {
    let exact = 0;
    const kinds = new Set<string>();
    fc.assert(
      fc.property(arbitraryWindows(form), (graph) => {
        const plan = compile(graph);
        const [height, width] = plan.steps[0]?.whole ?? [0, 0];
        const pixels = Array.from({ length: height * width }, (_, at) => 1n << BigInt(at));
        if (plan.steps.some((it) => volume(it.output) > 800)) return;
        runByHand(plan, pixels, {}, tracing(pixels.length), (step, output) => {
          if (!isImage(step.output)) return;
          const [rows, columns, channels] = step.output;
          const widest = [0, 0];
          for (let at = 0; at < rows * columns; at++) {
            const position = [Math.floor(at / columns), at % columns] as const;
            for (const [axis, it] of step.view.entries()) {
              const [first, last] = seenAt(it, position[axis] ?? 0);
              widest[axis] = Math.max(widest[axis] ?? 0, last - first + 1);
            }
            const traced = output.slice(at * channels, (at + 1) * channels).reduce((all, it) => all | it, 0n);
            if (agrees(step, position, traced)) exact++;
          }
          expect(step.receptiveField, step.node.id).toEqual(widest);
          kinds.add(step.kind.name);
        });
      }),
      { numRuns: 120, seed: 31 },
    );
    expect(exact).toBeGreaterThan(5_000);
    expect(kinds.size).toBeGreaterThan(form === "chain" ? 8 : 12);
  });
});

test("behind more upsampling than phases are kept for, pixels are still whole", () => {
  const larger = ["conv2dTranspose", { filters: 1, kernel: [1, 2], stride: [1, 3] }] as const;
  const before = Array.from({ length: 4 }, () => larger);
  const { steps } = compile(chain(2, ...before, ["conv2d", { kernel: 2 }], ["conv2d", { kernel: 2 }]));
  expect(steps).toHaveLength(7);
  for (const { view, receptiveField } of steps)
    expect([...receptiveField, ...view.map(offsetOf)].every(Number.isInteger)).toBe(true);
});
