import type { KindName } from "../../nodes/index.ts";
import { type Shape, show, volume } from "../../nodes/shape.ts";
import { activationTranslations } from "./activation.ts";
import { convolutions } from "./convolutions.ts";
import type { Settings } from "./fields.ts";
import { gap, type Met, type Part, type Translate, together } from "./part.ts";

/** Height and width of an input that leaves them open: what most networks for photographs were trained with. */
const openSide = 224;

/** Every layer of Keras 2, Keras 3 and tfjs-layers that has a counterpart, by class. */
export const translations: Readonly<Record<string, Translate>> = {
  ...convolutions,
  ...activationTranslations,
  InputLayer: ({ settings }) => input(settings),
  Flatten: () => [{ kind: "flatten" }],
  Reshape: ({ settings, shapes: [shape] }) => reshape(settings, shape),

  MaxPooling2D: ({ settings }) => [{ kind: "maxPool2d", values: pool(settings) }],
  AveragePooling2D: ({ settings }) => [{ kind: "avgPool2d", values: pool(settings) }],
  GlobalMaxPooling2D: ({ settings, shapes }) => globalPool("globalMaxPool2d", settings, shapes[0]),
  GlobalAveragePooling2D: ({ settings, shapes }) => globalPool("globalAvgPool2d", settings, shapes[0]),

  Add: () => [{ kind: "add" }],
  Average: () => [{ kind: "average" }],
  Multiply: () => [{ kind: "multiply" }],
  Maximum: () => [{ kind: "maximum" }],
  Concatenate: ({ settings, shapes: [shape] }) =>
    alongLast(settings.raw("axis") ?? -1, shape)
      ? [{ kind: "concat" }]
      : gap(
          `It joins along axis ${settings.number("axis", -1)}; here only channels, or vectors, are joined.`,
        ),

  ZeroPadding2D: ({ settings }) => [{ kind: "zeroPad2d", values: { amount: settings.sides("padding", 1) } }],
  Cropping2D: ({ settings }) => [{ kind: "crop2d", values: { amount: settings.sides("cropping", 0) } }],
  UpSampling2D: upsampling,
  Rescaling: ({ settings }) => rescaling(settings),

  Dropout: ({ settings }) => dropout(settings, isSpatial(settings) ? "spatialDropout2d" : "dropout"),
  SpatialDropout2D: ({ settings }) => dropout(settings, "spatialDropout2d"),
  AlphaDropout: ({ settings }) =>
    dropout(settings, "dropout", "It keeps mean and variance in training, which dropout here does not."),
  GaussianDropout: ({ settings }) =>
    dropout(
      settings,
      "dropout",
      "In training it multiplies by noise, where dropout here sets values to zero.",
    ),
  GaussianNoise({ settings }) {
    const [deviation, differs] = within(settings, "stddev", 0.1, [0, 1]);
    return [{ kind: "gaussianNoise", values: { deviation }, differs }];
  },

  BatchNormalization({ settings, shapes: [shape] }) {
    if (!alongLast(settings.raw("axis") ?? -1, shape)) return otherAxis;
    const [momentum, slower] = within(settings, "momentum", 0.99, [0, 0.9999]);
    const [epsilon, smaller] = within(settings, "epsilon", 0.001, [1e-7, 1]);
    const values = { momentum, epsilon, ...scaled(settings) };
    return [{ kind: "batchNorm", values, differs: together(slower, smaller) }];
  },
  LayerNormalization({ settings, shapes: [shape] }) {
    if (!alongLast(settings.raw("axis") ?? -1, shape)) return otherAxis;
    if (settings.flag("rms_scaling", false))
      return gap("It does not subtract the mean; Layer Norm here does.");
    const [epsilon, differs] = within(settings, "epsilon", 0.001, [1e-7, 1]);
    return [{ kind: "layerNorm", values: { epsilon, ...scaled(settings) }, differs }];
  },

  Identity: () => [{ passes: "" }],
  ActivityRegularization: () => passed,
};

const passed: readonly Part[] = [{ passes: "It acts in training only and is left out." }];
const otherAxis = gap("It does not work along the channels alone, as normalisations here do.");

/** Layers that change images at random in training and hand them on as they are afterwards. */
export const isAugmentation = (className: string): boolean => /^Random[A-Z]/.test(className);
export const augmentation: Translate = () => passed;

/** Layers that work on each value by itself or only lay them out, so that they need no axis of channels. */
export const worksWithoutChannels: ReadonlySet<string> = new Set([
  ...["Flatten", "Reshape", "Rescaling", "Dropout", "GaussianNoise", "Identity", "ActivityRegularization"],
  ...["Activation", "ReLU", "LeakyReLU", "ELU", "AlphaDropout", "GaussianDropout"],
]);

/** The input's sizes without the batch, null where they are open. */
export function inputSizes(settings: Settings): readonly (number | undefined)[] | undefined {
  const withBatch = settings.raw("batch_input_shape") ?? settings.raw("batch_shape");
  const written = Array.isArray(withBatch) ? withBatch.slice(1) : settings.raw("shape");
  if (!Array.isArray(written) || written.length > 8) return undefined;
  return written.map((it: unknown) => (typeof it === "number" ? it : undefined));
}

function input(settings: Settings): readonly Part[] {
  const sizes = inputSizes(settings);
  const [height = openSide, width = openSide, channels = 1, ...more] = sizes ?? [];
  if (!sizes?.length || more.length)
    return gap(
      `Its shape has ${sizes?.length ?? 0} axes besides the batch; here an input is an image or a vector.`,
    );
  if (sizes.length === 1) {
    const [units] = sizes;
    return units === undefined
      ? gap("The length of its vectors is open; here it is one number.")
      : [{ kind: "input", values: { shape: [units] } }];
  }
  const isOpen = sizes.includes(undefined);
  return [
    {
      kind: "input",
      values: { height, width, channels },
      differs: together(
        isOpen ? `It takes images of any size; here they are ${show([height, width, channels])}.` : undefined,
        sizes.length === 2 ? "Its images have no axis of channels; here they have one channel." : undefined,
      ),
    },
  ];
}

function reshape(settings: Settings, shape: Shape | undefined): readonly Part[] {
  const written = settings.numbers("target_shape");
  const rest = written.filter((it) => it !== -1).reduce((product, it) => product * it, 1);
  const target = written.map((it) => (it === -1 && shape ? volume(shape) / rest : it));
  return target.length === 1 || target.length === 3
    ? [{ kind: "reshape", values: { target } }]
    : gap(`It gives ${show(target)}; here values are laid out as an image or a vector.`);
}

const pool = (settings: Settings) => {
  const size = settings.pair("pool_size", 2);
  return {
    size,
    stride: settings.has("strides") ? settings.pair("strides", 2) : size,
    padding: settings.text("padding", "valid"),
  };
};

function globalPool(kind: KindName, settings: Settings, shape: Shape | undefined): readonly Part[] {
  if (!settings.flag("keepdims", false)) return [{ kind }];
  const channels = shape?.[2];
  if (channels === undefined)
    return [{ kind }, { gap: "It keeps an image of one pixel, whose channels are not known." }];
  return [{ kind }, { kind: "reshape", values: { target: [1, 1, channels] } }];
}

function upsampling({ settings, dialect }: Met): readonly Part[] {
  const size = settings.pair("size", 2);
  const interpolation = settings.text("interpolation", "nearest");
  if (interpolation === "nearest") return [{ kind: "upsample2d", values: { size } }];
  const differs =
    interpolation !== "bilinear"
      ? `It interpolates ${interpolation.slice(0, 20)}; here it is bilinear.`
      : dialect === "tfjs"
        ? "tfjs blends from corner to corner of the pixels, here their centres count, as in Keras."
        : undefined;
  return [{ kind: "upsample2d", values: { size, interpolation: "bilinear" }, differs }];
}

function rescaling(settings: Settings): readonly Part[] {
  const [scale = 1, ...scales] = settings.has("scale") ? settings.numbers("scale") : [1];
  const [offset = 0, ...offsets] = settings.has("offset") ? settings.numbers("offset") : [0];
  return scales.every((it) => it === scale) && offsets.every((it) => it === offset)
    ? [{ kind: "rescale", values: { scale, offset } }]
    : gap("It scales every channel by a number of its own; Rescale here has one for all.");
}

function dropout(settings: Settings, kind: KindName, words?: string): readonly Part[] {
  const [rate, clipped] = within(settings, "rate", 0.5, [0, 0.99]);
  return [{ kind, values: { rate }, differs: together(words, clipped) }];
}

/** tfjs has no layer for it, and writes the axes that share one mask. */
function isSpatial(settings: Settings): boolean {
  const shape = settings.raw("noise_shape");
  return Array.isArray(shape) && shape.length === 4 && shape[1] === 1 && shape[2] === 1;
}

const scaled = (settings: Settings) => ({
  scale: settings.flag("scale", true),
  center: settings.flag("center", true),
  trainable: settings.flag("trainable", true),
});

/** A number, moved to the nearest that our setting can have. */
function within(
  settings: Settings,
  name: string,
  otherwise: number,
  [least, most]: readonly [number, number],
): readonly [value: number, differs: string | undefined] {
  const met = settings.number(name, otherwise);
  const value = Math.min(Math.max(met, least), most);
  return [value, value === met ? undefined : `Its ${name} is ${met}; the nearest here is ${value}.`];
}

/** `-1`, `3` of an image, `[3]`. */
function alongLast(axis: unknown, shape: Shape | undefined): boolean {
  const [only, ...more] = Array.isArray(axis) ? axis : [axis];
  return !more.length && (only === -1 || (shape !== undefined && only === shape.length));
}
