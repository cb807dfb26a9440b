import { type KindName, kinds } from "../../shared/nodes/index.ts";
import { presetKernels } from "../../shared/nodes/preset-kernels.ts";
import type { Field, Setting, Value, Values } from "../../shared/nodes/settings.ts";
import { pairOf } from "../../shared/nodes/settings.ts";
import { isImage, type Shape, volume } from "../../shared/nodes/shape.ts";
import type { Dice } from "./dice.ts";

/**
 * Settings for a layer of this kind on an input of this shape. They are in range; whether they go together with the
 * input is for the kind to say.
 */
export function drawValues(kind: KindName, input: Shape, dice: Dice): Values {
  const drawn: Record<string, Value> = {};
  for (const [name, setting] of Object.entries(kinds[kind].settings) as [string, Setting<Value>][])
    if (dice.chance(0.9)) drawn[name] = drawValue(setting.field, dice);
  return { ...drawn, ...together(kind, drawn, input, dice) };
}

const mostSteps = 4;

function drawValue(field: Field, dice: Dice): Value {
  switch (field.type) {
    case "whole":
      return dice.whole(field.min, Math.min(field.max, field.min + mostSteps));
    case "real":
      // A range of small positive numbers is drawn by its digits: 0.5 and 0.0005 are equally worth a try.
      return field.min > 0
        ? 10 ** dice.real(Math.log10(Math.max(field.min, 1e-4)), Math.log10(field.max))
        : dice.real(Math.max(field.min, -2), Math.min(field.max, 2));
    case "pair":
      return dice.chance(0.5)
        ? dice.whole(field.min, mostSteps)
        : [dice.whole(field.min, mostSteps), dice.whole(field.min, mostSteps)];
    case "sides":
      return dice.chance(0.3) ? dice.whole(0, 2) : [0, 1, 2, 3].map(() => dice.whole(0, 3));
    case "choice":
      return dice.anyOf(field.options) ?? "";
    case "flag":
      return dice.chance(0.6);
    case "kernel":
      return "learned";
    case "sizes":
      return [1];
  }
}

/** Settings that depend on one another or on the input. */
function together(kind: KindName, drawn: Values, input: Shape, dice: Dice): Values {
  switch (kind) {
    case "conv2d":
      return { ...given(input, dice), ...(dice.chance(0.5) ? { stride: 1 } : { dilation: 1 }) };
    case "locallyConnected2d":
      return given(input, dice);
    case "depthwiseConv2d":
    case "separableConv2d":
      return { stride: dice.whole(1, 3) };
    case "reshape":
      return { target: laidOut(volume(input), dice) };
    case "rescale":
      return "scale" in drawn ? {} : { scale: 0.5 };
    default:
      return {};
  }
}

/** In more than half of the cases a kernel by name or by numbers, with a size and filters that suit it. */
function given(input: Shape, dice: Dice): Values {
  if (dice.chance(0.4) || !isImage(input)) return {};
  const across = dice.oneOf(["sum", "channel"]);
  const filters = across === "channel" ? { filters: input[2] * dice.whole(1, 2) } : {};
  if (dice.chance(0.25)) {
    const kernel = [dice.whole(1, 3), dice.whole(1, 3)];
    const [height, width] = pairOf(kernel);
    const weights = Array.from({ length: height * width }, () => Math.round(dice.real(-2, 2) * 100) / 100);
    return { weights, kernel, across, ...filters };
  }
  const weights = dice.oneOf(presetKernels);
  const odd = () => 2 * dice.whole(0, 2) + 1;
  const kernel =
    weights === "identity"
      ? [odd(), odd()]
      : weights === "boxBlur" || weights === "gaussian"
        ? [dice.whole(1, 4), dice.whole(1, 4)]
        : 3;
  return { weights, kernel, across, ...filters };
}

/** A vector, or an image of so many values. */
export function laidOut(count: number, dice: Dice): readonly number[] {
  if (dice.chance(0.2)) return [count];
  const height = dice.anyOf(divisors(count)) ?? 1;
  const width = dice.anyOf(divisors(count / height)) ?? 1;
  return [height, width, count / height / width];
}

const divisors = (of: number): readonly number[] =>
  Array.from({ length: of }, (_, at) => at + 1).filter((it) => of % it === 0);
