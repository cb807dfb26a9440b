import { call, defineKind } from "./kind.ts";
import { valuesOf } from "./weighted.ts";

// Channels-last order: row by row, within a pixel channel by channel.
export const flatten = defineKind({
  name: "flatten",
  title: "Flatten",
  family: "connect",
  summary: "Lays all values of an image out in one long vector.",
  takes: "any",
  settings: {},
  shape: (_, [shape]) => [valuesOf(shape, "input")],
  calls: () => ({ tfjs: [call("flatten")], keras: [call("Flatten")] }),
});
