import { call, defineKind } from "./kind.ts";
import { real } from "./settings.ts";
import { valuesOf } from "./weighted.ts";

const farthest = 1e6;

export const rescale = defineKind({
  name: "rescale",
  title: "Rescale",
  family: "shape",
  summary: "Multiplies every value by one number and adds another: brings bytes from 0 to 255 to 0 to 1.",
  takes: "any",
  settings: {
    scale: real(1 / 255, "Scale", "Every value is multiplied by it.", {
      min: -farthest,
      max: farthest,
      step: 0.001,
    }),
    offset: real(0, "Offset", "Added after multiplying.", { min: -farthest, max: farthest }),
  },
  shape: (_, [shape]) => shape,
  work: ({ offset }, _, output) => (offset === 0 ? {} : { additions: valuesOf(output) }),
  notation: ({ scale, offset }) =>
    [`× ${Number(scale.toPrecision(4))}`, ...(offset === 0 ? [] : [`+ ${offset}`])].join(" "),
  calls: ({ scale, offset }) => ({
    tfjs: [call("rescaling", { scale, offset })],
    keras: [call("Rescaling", { scale, ...(offset === 0 ? {} : { offset }) })],
  }),
});
