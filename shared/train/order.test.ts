import { expect, test } from "vitest";
import { batches, epochOrder } from "./order.ts";

test("an epoch shows every example once", () => {
  expect([...epochOrder(1000, 1, 1)].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 1000 }, (_, it) => it),
  );
});

test("same seed and epoch, same order; other epochs and seeds, others", () => {
  expect(epochOrder(50, 7, 3)).toEqual(epochOrder(50, 7, 3));
  expect(epochOrder(50, 7, 3)).not.toEqual(epochOrder(50, 7, 4));
  expect(epochOrder(50, 7, 3)).not.toEqual(epochOrder(50, 8, 3));
  // Words, not digits in a row: seed 1 epoch 12 is not seed 11 epoch 2.
  expect(epochOrder(50, 1, 12)).not.toEqual(epochOrder(50, 11, 2));
});

test("steps share the order, the last one is short", () => {
  const order = Uint32Array.of(4, 2, 0, 1, 3);
  expect(batches(order, 2)).toEqual([Uint32Array.of(4, 2), Uint32Array.of(0, 1), Uint32Array.of(3)]);
  expect(batches(order, 2)[0]?.buffer).toBe(order.buffer);
  expect(batches(order, 5)).toEqual([order]);
  expect(batches(order, 64)).toEqual([order]);
  expect(batches(new Uint32Array(0), 64)).toEqual([]);
});
