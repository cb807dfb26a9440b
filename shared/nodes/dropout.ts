import { call, defineKind } from "./kind.ts";
import { real } from "./settings.ts";

export const dropout = defineKind({
  name: "dropout",
  title: "Dropout",
  family: "regularise",
  summary:
    "During training sets a random share of the values to zero and scales up the rest; otherwise does nothing.",
  takes: "any",
  settings: {
    rate: real(0.5, "Rate", "Share of the values that is dropped in each training step.", {
      min: 0,
      max: 0.99,
    }),
  },
  shape: (_, [shape]) => shape,
  notation: ({ rate }) => String(rate),
  calls: ({ rate }) => ({ tfjs: [call("dropout", { rate })], keras: [call("Dropout", { rate })] }),
});
