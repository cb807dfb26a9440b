import * as tfl from "@tensorflow/tfjs-layers";
import { both, type Call, isCall } from "../nodes/kind.ts";
import { sidesOf } from "../nodes/settings.ts";
import { globalMax } from "./global-max.ts";
import { batchNorm } from "./layers/batch-norm.ts";
import { type Behaviour, joining, type Moment, mended, stockBehaviour } from "./layers/behaviour.ts";
import { needsUnfusing, unfused } from "./layers/convolution.ts";
import { seededDropout, seededNoise, spatialDropout } from "./layers/dropout.ts";
import { layerNorm } from "./layers/layer-norm.ts";
import { LocallyConnected2D } from "./layers/locally-connected-2d.ts";
import { largestOf } from "./layers/maximum.ts";
import { ShufflePixels } from "./layers/shuffle-pixels.ts";
import { upsampling } from "./layers/upsampling.ts";
import { isOnHost } from "./on-host.ts";

export type Layer = tfl.layers.Layer;
export type { Moment } from "./layers/behaviour.ts";

/**
 * A layer that trains: one of ours where tfjs has none, else tfjs's own layer of that name. Where tfjs is wrong, the
 * layer's `call` is replaced, so that class name and weights stay those of the stock layer.
 */
export function trainingLayer({ fn, args }: Call, name: string, moment: Moment): Layer {
  if (fn === "shufflePixels") return new ShufflePixels({ name, seed: Number(args.seed) });
  if (fn === "locallyConnected2d") return locallyConnected(args, name);
  const layer = stockLayer({ fn, args: { ...args, ...quickStart(fn) } }, name);
  if (fn === "maximum") return joining(layer, largestOf);
  const behaviour = behaviourOf(layer, fn, args, moment);
  return behaviour ? mended(layer, behaviour) : layer;
}

/** What a layer does where tfjs's own behaviour is wrong, slow or cannot be repeated. */
function behaviourOf(layer: Layer, fn: string, args: Call["args"], moment: Moment): Behaviour | undefined {
  switch (fn) {
    case "dropout":
      return seededDropout(layer.name, Number(args.rate), moment);
    case "spatialDropout2d":
      return spatialDropout(layer.name, Number(args.rate), moment);
    case "gaussianNoise":
      return seededNoise(layer.name, Number(args.stddev), moment);
    case "batchNormalization":
      return batchNorm(layer, args);
    case "layerNormalization":
      return layerNorm(layer, args);
    case "upSampling2d":
      return upsampling(args);
    case "globalMaxPooling2d": {
      const stock = stockBehaviour(layer);
      return (input) => (isOnHost() ? globalMax(input) : stock(input, false));
    }
    case "conv2d":
      return needsUnfusing(args)
        ? unfused(
            layer,
            args,
            stockLayer({ fn: "activation", args: { activation: args.activation ?? "linear" } }, ""),
          )
        : undefined;
    default:
      return undefined;
  }
}

/** tfjs's own layer. Any Keras-compatible reader knows it by its class name. */
export function stockLayer({ fn, args }: Call, name: string): Layer {
  // The one place where a call, which is data, meets tfjs's factories, which are typed one by one.
  const factories = tfl.layers as unknown as Readonly<Record<string, ((args: object) => Layer) | undefined>>;
  const make = factories[tfjsNames[fn] ?? fn];
  if (!make) throw new Error(`tfjs has no layer called ${fn}.`);
  return make({ ...args, ...inTfjsWords(fn, args), name });
}

const tfjsNames: Readonly<Record<string, string>> = { spatialDropout2d: "dropout" };

/** Arguments that a call, which holds flat values only, cannot say as tfjs wants them. */
function inTfjsWords(fn: string, args: Call["args"]): object {
  switch (fn) {
    case "zeroPadding2d":
      return { padding: nested(args.padding) };
    case "cropping2D":
      return { cropping: nested(args.cropping) };
    case "spatialDropout2d":
      return { noiseShape: [null, 1, 1, null] };
    default:
      return {};
  }
}

/** [top, bottom, left, right] as [[top, bottom], [left, right]]. */
function nested(amount: Call["args"][string] | undefined): readonly (readonly number[])[] {
  if (typeof amount !== "number" && !Array.isArray(amount)) throw new Error("A border has no amount.");
  const [top, bottom, left, right] = sidesOf(amount);
  return [
    [top, bottom],
    [left, right],
  ];
}

// Our own starting values replace tfjs's, so the cheapest initialiser will do.
function quickStart(fn: string): Call["args"] {
  switch (fn) {
    case "conv2d":
    case "conv2dTranspose":
    case "dense":
      return { kernelInitializer: "zeros" };
    case "depthwiseConv2d":
      return { depthwiseInitializer: "zeros" };
    case "separableConv2d":
      return { depthwiseInitializer: "zeros", pointwiseInitializer: "zeros" };
    default:
      return {};
  }
}

function locallyConnected(args: Call["args"], name: string): Layer {
  const { filters, padding, useBias, activation = "linear", trainable } = args;
  return new LocallyConnected2D({
    name,
    filters: Number(filters),
    kernelSize: both(args.kernelSize),
    strides: both(args.strides),
    padding: padding === "same" ? "same" : "valid",
    useBias: useBias === true,
    activation: isCall(activation) ? "linear" : String(activation),
    trainable: trainable !== false,
  });
}
