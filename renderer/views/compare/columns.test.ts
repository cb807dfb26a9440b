import { expect, it } from "vitest";
import { number } from "../../../shared/nodes/expression.ts";
import { bestRows, type Column, type Compared, columns, shareOfLargest } from "./columns.ts";

const peak = (bytes: number) => ({ bytes, from: number(bytes, "bytes"), at: undefined });
const row = (parameters: number, accuracy?: number, seconds?: number): Compared => ({
  totals: {
    parameters,
    trainable: parameters,
    macs: 0,
    additions: 5,
    comparisons: 6,
    activationBytes: 4,
    receptiveField: [3, 3],
  },
  peaks: { inference: peak(2000), training: peak(3_500_000) },
  depth: 7,
  validation: undefined,
  test: accuracy === undefined ? undefined : { accuracy, loss: 1 - accuracy },
  secondsPerEpoch: seconds,
});
const column = (id: string): Column => {
  const found = columns.find((it) => it.id === id);
  if (!found) throw new Error(`no column ${id}`);
  return found;
};
const best = (id: string, ...rows: Compared[]): number[] => [...bestRows(rows, column(id))];

it("marks the fewest parameters and the highest accuracy", () => {
  const rows = [row(84_060, 0.948), row(35_962, 0.969), row(54_314)];
  expect(best("parameters", ...rows)).toEqual([1]);
  expect(best("Test accuracy", ...rows)).toEqual([1]);
  expect(best("Test loss", ...rows)).toEqual([1]);
});

it("marks all of a tie that can be seen, and nobody when all are equal or alone", () => {
  expect(best("Test accuracy", row(1, 0.9691), row(1, 0.9693), row(1, 0.9))).toEqual([0, 1]);
  expect(best("parameters", row(5), row(5))).toEqual([]);
  expect(best("Test accuracy", row(1, 0.9), row(1))).toEqual([]);
});

it("judges no design by what it sees, and no run by a loss that is no number", () => {
  expect(best("sees", row(1), row(2))).toEqual([]);
  expect(best("Test loss", row(1, Number.NaN), row(1, 0.5), row(1, 0.6))).toEqual([2]);
});

it("draws bars relative to the largest", () => {
  const rows = [row(100), row(25)];
  expect(rows.map((it) => shareOfLargest(rows, column("parameters"), it))).toEqual([1, 0.25]);
  expect(shareOfLargest(rows, column("Test loss"), row(1))).toBe(0);
});

it("writes figures as people do", () => {
  expect(columns.map((it) => it.text(row(35_962, 0.9692, 2.31)))).toEqual([
    "35,962",
    "0",
    "3.50 MB",
    "3×3",
    "–",
    "–",
    "96.9 %",
    "0.031",
    "2.3",
    "35,962",
    "5",
    "6",
    "4 B",
    "2.00 kB",
    "7",
  ]);
});
