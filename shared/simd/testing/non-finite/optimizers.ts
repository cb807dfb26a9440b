import { type OptimizerSettings, ruleOf } from "../../optimizers.ts";
import { type Check, draw, positive, trial } from "./trial.ts";

const [rate, steps, count] = [0.01, 3, 23];

/** Small averages count as 0, for which NaN must not be taken. */
const flushed = (average: number): number => (Math.abs(average) <= 1e-30 ? 0 : average);

type Step = (w: number, g: number, first: number, second: number) => readonly number[];

/** `step` answers a weight and its averages after a step with slope g. */
function optimizer(settings: OptimizerSettings, step: Step): Check {
  const rule = ruleOf(settings);
  const averages = (["first", "second"] as const).slice(0, rule.averages);
  // One weight has no slope and averages that are small or even denormal.
  const [g, first, second] = [draw(count), positive(count), positive(count)];
  return trial({
    what: `${settings.name}, step ${steps}`,
    inputs: {
      w: draw(count),
      g: { ...g, values: g.values.with(5, 0) },
      first: { ...first, values: first.values.with(5, 1e-32) },
      second: { ...second, values: second.values.with(5, 1e-40) },
    },
    results: [],
    changes: ["w", ...averages],
    run(backend, { w, g, ...at }) {
      const words = rule.words(
        steps,
        averages.map((it) => at[it]),
      );
      backend.run(rule.kernel, backend.sharesFor(count / 2), [count, w, g, ...words]);
    },
    expected({ w, g, first, second }) {
      const after = w.values.map((it, at) =>
        step(it, g.values[at] ?? 0, first.values[at] ?? 0, second.values[at] ?? 0),
      );
      return ["w", ...averages].map((_, result) => after.map((it) => it[result] ?? 0));
    },
  });
}

export const optimizers = {
  sgd: [optimizer({ name: "sgd", rate }, (w, g) => [w - rate * g])],
  momentum: [
    optimizer({ name: "momentum", rate, momentum: 0.9 }, (w, g, before) => {
      const average = flushed(0.9 * before + g);
      return [w - rate * average, average];
    }),
  ],
  rmsprop: [
    optimizer({ name: "rmsprop", rate, decay: 0.8, momentum: 0.5, epsilon: 1e-7 }, (w, g, first, second) => {
      const square = flushed(0.8 * first + 0.2 * g * g);
      const moment = flushed(0.5 * second + (rate * g) / Math.sqrt(square + 1e-7));
      return [w - moment, square, moment];
    }),
  ],
  adam: [
    optimizer({ name: "adam", rate, beta1: 0.9, beta2: 0.99, epsilon: 1e-7 }, (w, g, first, second) => {
      const [mean, square] = [flushed(0.9 * first + 0.1 * g), flushed(0.99 * second + 0.01 * g * g)];
      const deviation = Math.sqrt(square / (1 - 0.99 ** steps)) + 1e-7;
      return [w - (rate * mean) / (1 - 0.9 ** steps) / deviation, mean, square];
    }),
  ],
};
