import { minus, number, product, sum } from "./expression.ts";
import { call, defineKind, refuse, type Work } from "./kind.ts";
import { isImage, type Shape, show } from "./shape.ts";
import { valuesOf } from "./weighted.ts";

const asImages = (shapes: readonly Shape[]): string => shapes.map(show).join(" and ");

/**
 * The shape of a value-by-value join, as in Keras and NumPy: along every axis the inputs are alike, or 1 and then repeated.
 * Undefined where they are neither. The compiler has seen to one rank.
 */
export const joined = (shapes: readonly Shape[]): Shape | undefined =>
  shapes.reduce<Shape | undefined>((all, shape) => all && alike(all, shape), shapes[0]);

function alike(a: Shape, b: Shape): Shape | undefined {
  const both = a.map((size, axis) => {
    const other = b[axis] ?? 0;
    return size === other || other === 1 ? size : size === 1 ? other : 0;
  });
  const [height = 0, width, channels] = both;
  if (both.includes(0)) return undefined;
  return width === undefined || channels === undefined ? [height] : [height, width, channels];
}

interface Words {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly tfjs: string;
  readonly keras: string;
  /** What joining one more input costs for each value; nothing for products. */
  readonly joins?: keyof Work;
}

const merge = (words: Words) =>
  defineKind({
    name: words.name,
    title: words.title,
    family: "merge",
    summary: words.summary,
    takes: "several",
    settings: {},
    shape(_, shapes) {
      const [first] = shapes;
      if (!first) return refuse("merge-mismatch", `${words.title} needs at least two inputs.`);
      const all = joined(shapes);
      if (all) return all;
      // Three may be at odds although each fits the first: 1, 2 and 3.
      const [a = first, b = first] =
        shapes
          .flatMap((one, at) => shapes.slice(at + 1).map((other) => [one, other] as const))
          .find((pair) => !joined(pair)) ?? [];
      return refuse(
        "merge-mismatch",
        `${words.title} needs inputs that are alike along every axis, or 1 there and repeated; got ${asImages([a, b])}.`,
      );
    },
    work(_, shapes, output) {
      if (!words.joins) return {};
      const joints = minus(number(shapes.length, "inputs"), number(1, "1"));
      return { [words.joins]: product(valuesOf(output), joints) };
    },
    calls: () => ({ tfjs: [call(words.tfjs)], keras: [call(words.keras)] }),
  });

export const add = merge({
  name: "add",
  title: "Add",
  summary:
    "Adds inputs value by value, as in residual networks. An input of size 1 along an axis is repeated.",
  tfjs: "add",
  keras: "Add",
  joins: "additions",
});

export const average = merge({
  name: "average",
  title: "Average",
  summary: "The mean of its inputs, value by value. An input of size 1 along an axis is repeated.",
  tfjs: "average",
  keras: "Average",
  joins: "additions",
});

export const multiply = merge({
  name: "multiply",
  title: "Multiply",
  summary:
    "Multiplies inputs value by value: one gates the other. An input of size 1 along an axis is repeated.",
  tfjs: "multiply",
  keras: "Multiply",
});

export const maximum = merge({
  name: "maximum",
  title: "Maximum",
  summary: "The largest of its inputs, value by value. An input of size 1 along an axis is repeated.",
  tfjs: "maximum",
  keras: "Maximum",
  joins: "comparisons",
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
    const stacked = sum(...shapes.map((it, slot) => number(it.at(-1) ?? 0, `channels of input ${slot + 1}`)));
    if (!isImage(first)) return [stacked];
    const odd = shapes.find((it) => it[0] !== first[0] || it[1] !== first[1]);
    if (!odd) return [first[0], first[1], stacked];
    return refuse(
      "merge-mismatch",
      `Concat needs images of one height and width, got ${asImages([first, odd])}.`,
    );
  },
  calls: () => ({ tfjs: [call("concatenate", { axis: -1 })], keras: [call("Concatenate")] }),
});
