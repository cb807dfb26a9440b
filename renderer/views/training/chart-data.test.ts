import { describe, expect, it } from "vitest";
import { defaultRecipe } from "../../../shared/train/recipe.ts";
import { type RunRecord, startedRun } from "../../state/runs.ts";
import { chartData, epochsShown, valueRange } from "./chart-data.ts";

const run = (change: Partial<RunRecord>): RunRecord => ({
  ...startedRun(1, { name: "CNN", nodes: [], wires: [] }, { ...defaultRecipe, epochs: 4 }),
  status: "running",
  ...change,
});
const epoch = (number: number, loss: number, valLoss: number | null = null) => ({
  epoch: number,
  loss,
  accuracy: 1 - loss,
  valLoss,
  valAccuracy: valLoss === null ? null : 1 - valLoss,
  seconds: 1,
});
const first = {
  series: 0,
  record: run({
    points: [
      { at: 0.5, loss: 0.9, accuracy: 0.2 },
      { at: 1, loss: 0.8, accuracy: 0.3 },
      { at: 1.5, loss: Number.NaN, accuracy: 0.3 },
    ],
    epochs: [epoch(1, 0.8, 0.7), epoch(2, 0.5)],
  }),
};
const second = { series: 1, record: run({ epochs: [epoch(1, 0.6, 0.65)] }) };

describe("chart data", () => {
  it("puts the lines of all runs on one axis, without what is no number", () => {
    expect(chartData([first, second], "loss")).toEqual([
      [0.5, 1, 2],
      [0.9, 0.8, null],
      [null, 0.8, 0.5],
      [null, 0.7, null],
      [null, null, null],
      [null, 0.6, null],
      [null, 0.65, null],
    ]);
  });

  it("takes accuracies for the other chart", () => {
    expect(chartData([first], "accuracy")[3]).toEqual([null, 1 - 0.7, null, null]);
  });

  it("stays quick with ten thousand points", () => {
    const points = Array.from({ length: 10_000 }, (_, at) => ({ at: at / 100, loss: 1, accuracy: 0 }));
    const [places, live] = chartData([{ series: 0, record: run({ points }) }], "loss");
    expect([places.length, live?.filter((it) => it !== null).length]).toEqual([10_000, 10_000]);
  });
});

describe("axes", () => {
  it("shows a short run whole and lets a long one grow", () => {
    expect(epochsShown([first])).toBe(4);
    const long = { ...defaultRecipe, epochs: 1000 };
    expect(epochsShown([{ series: 0, record: run({ recipe: long }) }])).toBe(10);
    expect(epochsShown([{ series: 0, record: run({ recipe: long, epochs: [epoch(19, 1)] }) }])).toBe(40);
    expect(epochsShown([{ series: 0, record: run({ status: "ended", epochs: [epoch(3, 1)] }) }])).toBe(3);
  });

  it("keeps a runaway loss from flattening the rest", () => {
    expect(
      valueRange(
        [
          [1, 2, 3],
          [2, 1, 1e12],
        ],
        "loss",
      ),
    ).toEqual([0, 8.4]);
    expect(
      valueRange(
        [
          [1, 2],
          [2, 1],
        ],
        "loss",
      ),
    ).toEqual([0, 2.1]);
    expect(valueRange([[]], "loss")).toEqual([0, 1]);
  });

  it("begins the accuracy at the tenth below the lowest", () => {
    expect(
      valueRange(
        [
          [1, 2],
          [0.94, 0.97],
        ],
        "accuracy",
      ),
    ).toEqual([0.9, 1]);
    expect(valueRange([[1], [1]], "accuracy")).toEqual([0.9, 1]);
  });
});
