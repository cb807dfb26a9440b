import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chain } from "../graph/chain.ts";
import { worth } from "../nodes/expression.ts";
import { volume } from "../nodes/shape.ts";
import { arbitraryGraph } from "./arbitrary-graphs.ts";
import { compile } from "./compile.ts";
import { inferenceBytes, type Peak, peakMemory, trainingBound, trainingBytes } from "./memory.ts";
import type { Step } from "./plan.ts";

const small = compile(
  chain("Small", [
    ["input", { height: 4, width: 4 }],
    ["conv2d", { filters: 2 }],
    "maxPool2d",
    "flatten",
    ["dense", { units: 3 }],
  ]),
);

test("a chain by hand: 16, 32, 8, 8 and 3 values, 20 + 27 parameters", () => {
  const { inference, training } = peakMemory(small, 10, 2);
  expect(inference).toMatchObject({ bytes: 4 * (47 + 10 * (16 + 32)), at: "conv_1" });
  // Backwards the pool holds its own gradient and the convolution's; the image has none.
  expect(training).toMatchObject({ bytes: 4 * (47 + 3 * 47 + 10 * (67 + 8 + 32)), at: "max_pool_1" });
});

test("a layer's own memory: its output, twice where its gradient is taken", () => {
  const [image, conv] = small.steps;
  if (!image || !conv) return expect.unreachable();
  expect([inferenceBytes(conv, 10), trainingBytes(small, conv, 10)].map(worth)).toEqual([1280, 2560]);
  expect([inferenceBytes(image, 10), trainingBytes(small, image, 10)].map(worth)).toEqual([640, 640]);
});

test("nothing drawn needs nothing", () => {
  const nothing = { bytes: 0, at: undefined };
  expect(peakMemory({ steps: [] }, 64, 2)).toMatchObject({ inference: nothing, training: nothing });
});

describe("any design needs at its peak what the definition says", () => {
  const batch = 3;
  const slots = 2;
  const plans = arbitraryGraph({ sound: false }).map((it) => compile(it));
  const ofAll = (steps: readonly Step[], of: (step: Step) => number): number =>
    steps.reduce((total, it) => total + of(it), 0);
  const check = (peak: Peak, expected: number): void => {
    expect(peak.bytes).toBe(expected);
    expect(worth(peak.from)).toBe(expected);
  };

  test("inference", () => {
    fc.assert(
      fc.property(plans, ({ steps }) => {
        const at = (id: string): number => steps.findIndex((it) => it.node.id === id);
        const lastReader = ({ node }: Step): number => {
          const readers = steps.filter((it) => it.sources.includes(node.id));
          return readers.length ? Math.max(...readers.map((it) => at(it.node.id))) : Number.POSITIVE_INFINITY;
        };
        const alive = steps.map((_, now) =>
          steps.filter((it) => at(it.node.id) <= now && now <= lastReader(it)),
        );
        const most = Math.max(0, ...alive.map((it) => ofAll(it, ({ output }) => volume(output))));
        check(
          peakMemory({ steps }, batch, slots).inference,
          4 * (ofAll(steps, (it) => it.parameters) + batch * most),
        );
      }),
      { numRuns: 500, seed: 11 },
    );
  });

  test("training", () => {
    fc.assert(
      fc.property(plans, ({ steps }) => {
        const learns = (step: Step): boolean =>
          step.trainable > 0 ||
          step.sources.some((id) => steps.some((it) => it.node.id === id && learns(it)));
        const backwards = steps.filter(learns).reverse();
        const alive = backwards.map((now, place) =>
          backwards
            .slice(place)
            .filter(
              (it) =>
                it === now ||
                backwards.slice(0, place + 1).some(({ sources }) => sources.includes(it.node.id)),
            ),
        );
        const most = Math.max(0, ...alive.map((it) => ofAll(it, ({ output }) => volume(output))));
        const weights =
          ofAll(steps, (it) => it.parameters) + (1 + slots) * ofAll(steps, (it) => it.trainable);
        const outputs = ofAll(steps, ({ output }) => volume(output));
        const { training } = peakMemory({ steps }, batch, slots);
        check(training, 4 * (weights + batch * (outputs + most)));
        expect(trainingBound({ steps }, batch, slots)).toBeGreaterThanOrEqual(training.bytes);
      }),
      { numRuns: 500, seed: 12 },
    );
  });
});
