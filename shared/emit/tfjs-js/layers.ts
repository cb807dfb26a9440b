import type { Plan, Step } from "../../compile/plan.ts";
import { callsOf, layerNames } from "../../lowering/lower.ts";
import { separated } from "../../lowering/separable.ts";
import { both, type Call, isCall } from "../../nodes/kind.ts";
import { sidesOf } from "../../nodes/settings.ts";
import { sameShape } from "../../nodes/shape.ts";
import type { Property } from "./layout.ts";

/** One layer of the program: what makes it, and its arguments in tfjs's words. */
export interface JsLayer {
  /** `tf.layers.dense` or `new LocallyConnected2D`. */
  readonly make: string;
  /** The class that the program must define. */
  readonly defines?: ClassName;
  readonly properties: readonly Property[];
  readonly name: string;
}

/** Where tfjs has no layer of that sort, or one that learns wrongly. */
export type ClassName =
  | "AveragePooling2D"
  | "BatchNormalization"
  | "DilatedConv2D"
  | "LayerNormalization"
  | "LocallyConnected2D"
  | "Maximum"
  | "ShufflePixels"
  | "UpSampling2D";

/** The layers of a node, under the names that the exported tfjs model gives them; a last softmax is left to the loss. */
export function jsLayers(step: Step, plan: Plan): readonly JsLayer[] {
  const calls = callsOf(step).flatMap(separated);
  const names = layerNames(step.node.id, calls);
  return calls.map((it, index) => {
    const left = step === plan.output && it.args.activation === "softmax";
    const args = left ? { ...it.args, activation: "linear" } : it.args;
    const name = names[index] ?? step.node.id;
    return { ...jsLayer({ fn: it.fn, args }, step), name };
  });
}

function jsLayer({ fn, args }: Call, step: Step): Omit<JsLayer, "name"> {
  const defines = classOf({ fn, args }, step);
  const properties = Object.entries(args).flatMap(([name, value]): readonly Property[] => {
    if (isCall(value) || isUsual(fn, name, value)) return [];
    if (name === "padding" && fn === "zeroPadding2d") return [[name, nested(value)]];
    if (name === "cropping") return [[name, nested(value)]];
    return [[name, typeof value === "object" ? value : JSON.stringify(value)]];
  });
  const starts = defines === "LocallyConnected2D" || defines === "DilatedConv2D" ? [] : startOf(fn);
  const noise: readonly Property[] = fn === "spatialDropout2d" ? [["noiseShape", "[null, 1, 1, null]"]] : [];
  return {
    make: defines ? `new ${defines}` : `tf.layers.${fn === "spatialDropout2d" ? "dropout" : fn}`,
    ...(defines ? { defines } : {}),
    properties: [...properties, ...noise, ...starts],
  };
}

function classOf({ fn, args }: Call, { inputs }: Step): ClassName | undefined {
  switch (fn) {
    case "shufflePixels":
      return "ShufflePixels";
    case "locallyConnected2d":
      return "LocallyConnected2D";
    case "upSampling2d":
      return "UpSampling2D";
    case "averagePooling2d":
      return args.padding === "same" ? "AveragePooling2D" : undefined;
    case "batchNormalization":
      return args.scale && args.center && args.trainable ? undefined : "BatchNormalization";
    case "layerNormalization":
      return args.scale && args.center ? undefined : "LayerNormalization";
    case "maximum":
      return inputs.some((it) => !sameShape(it, inputs[0] ?? it)) ? "Maximum" : undefined;
    case "conv2d":
      return both(args.dilationRate ?? 1).some((it) => it > 1) ? "DilatedConv2D" : undefined;
    default:
      return undefined;
  }
}

/** What tfjs takes anyway. */
function isUsual(fn: string, name: string, value: Call["args"][string]): boolean {
  if (fn === "averagePooling2d" && name === "padding") return true;
  switch (name) {
    case "strides":
    case "dilationRate":
    case "depthMultiplier":
      return !/Pooling/.test(fn) && both(value).every((it) => it === 1);
    case "useBias":
    case "trainable":
    case "scale":
    case "center":
      return value === true;
    case "activation":
      return fn !== "activation" && value === "linear";
    case "offset":
      return value === 0;
    case "interpolation":
      return value === "nearest";
    case "padding":
      return value === "valid";
    case "axis":
      return value === -1;
    default:
      return false;
  }
}

/** [[top, bottom], [left, right]]. */
function nested(value: Call["args"][string]): readonly (readonly number[])[] {
  if (typeof value === "string" || typeof value === "boolean" || isCall(value)) return [];
  const [top, bottom, left, right] = sidesOf(value);
  return [
    [top, bottom],
    [left, right],
  ];
}

/** Which weights a layer starts from. */
function startOf(fn: string): readonly Property[] {
  switch (fn) {
    case "conv2d":
    case "conv2dTranspose":
    case "dense":
      return [["kernelInitializer", "glorot()"]];
    case "depthwiseConv2d":
      return [["depthwiseInitializer", "glorot()"]];
    case "separableConv2d":
      return [
        ["depthwiseInitializer", "glorot()"],
        ["pointwiseInitializer", "glorot()"],
      ];
    default:
      return [];
  }
}
