import { expect, it } from "vitest";
import { defaultRecipe } from "../../../shared/train/recipe.ts";
import { type RunRecord, startedRun } from "../../state/runs.ts";
import { breakWords, runWords } from "./run-words.ts";

const fresh = startedRun(1, { name: "CNN", nodes: [], wires: [] }, { ...defaultRecipe, epochs: 10 });
const epochs = [3, 1, 2].map((valLoss, index) => ({
  epoch: index + 1,
  loss: 1,
  accuracy: 0.5,
  valLoss,
  valAccuracy: 0.5,
  seconds: 4.2,
}));

it.each([
  [{ status: "measuring", trying: "webgl" }, "Trying a few steps on webgl to find the fastest backend."],
  [
    { status: "running", epoch: 3, step: 40, steps: 85, imagesPerSecond: 5900.4, secondsLeft: 12 },
    "Epoch 3 of 10, step 40 of 85. 5,900 examples/s, 12 s left.",
  ],
  [{ status: "paused", epoch: 3, step: 40, steps: 85 }, "Paused in epoch 3 of 10, after step 40 of 85."],
  [{ status: "ended", why: "done", epochs }, "Done: 3 epochs in 13 s."],
  [{ status: "ended", why: "stopped", epochs }, "Stopped after epoch 3; weights kept."],
  [{ status: "ended", why: "stopped" }, "Stopped in the first epoch; weights kept."],
  [
    { status: "ended", why: "early", epochs },
    "Stopped early after epoch 3: the validation loss had not improved for 5 epochs. The weights of epoch 2 are kept.",
  ],
  [
    { status: "ended", why: "diverged", recipe: { ...defaultRecipe, optimizer: { name: "sgd", rate: 0.1 } } },
    "The loss became NaN in epoch 1; the last finite weights are kept. Lower the learning rate (0.1).",
  ],
  [{ status: "ended", why: "failed", message: "The GPU was lost." }, "The GPU was lost."],
] satisfies [Partial<RunRecord>, string][])("says how the run stands: %o", (change, words) =>
  expect(runWords({ ...fresh, ...change })).toBe(words),
);

it("says at the chart why a line breaks off, and nothing where none does", () => {
  const recipe = { ...defaultRecipe, optimizer: { name: "adam", rate: 1000 } } as const;
  expect(breakWords({ ...fresh, recipe, status: "ended", why: "diverged", epochs })).toBe(
    "CNN: NaN in epoch 4. Lower the learning rate (1000).",
  );
  expect(breakWords({ ...fresh, status: "ended", why: "done", epochs })).toBeUndefined();
});
