import { call, defineKind, refuse } from "./kind.ts";
import { isImage, type Shape, sameShape, show } from "./shape.ts";

const asImages = (shapes: readonly Shape[]): string => shapes.map(show).join(" and ");

export const add = defineKind({
  name: "add",
  title: "Add",
  family: "merge",
  summary: "Adds inputs of one shape value by value, as in residual networks.",
  takes: "several",
  settings: {},
  shape(_, shapes) {
    const [first] = shapes;
    if (!first) return refuse("merge-mismatch", "Add needs at least two inputs.");
    const odd = shapes.find((it) => !sameShape(it, first));
    if (!odd) return first;
    return refuse("merge-mismatch", `Add needs inputs of one shape, got ${asImages([first, odd])}.`);
  },
  calls: () => ({ tfjs: [call("add")], keras: [call("Add")] }),
});

export const concat = defineKind({
  name: "concat",
  title: "Concat",
  family: "merge",
  summary: "Stacks the channels of several images of one height and width, or joins vectors end to end.",
  takes: "several",
  settings: {},
  shape(_, shapes) {
    const [first] = shapes;
    if (!first) return refuse("merge-mismatch", "Concat needs at least two inputs.");
    const joined = shapes.reduce((sum, it) => sum + (it.at(-1) ?? 0), 0);
    if (!isImage(first)) return [joined];
    const odd = shapes.find((it) => it[0] !== first[0] || it[1] !== first[1]);
    if (!odd) return [first[0], first[1], joined];
    return refuse(
      "merge-mismatch",
      `Concat needs images of one height and width, got ${asImages([first, odd])}.`,
    );
  },
  calls: () => ({ tfjs: [call("concatenate", { axis: -1 })], keras: [call("Concatenate")] }),
});
