import { got, record } from "../../graph/reading.ts";
import { activationNamed, elu, type FoundActivation, leakyRelu } from "../activations.ts";
import { type Settings, settingsOf } from "./fields.ts";
import { gap, type Part, type Placed, type Translate, together } from "./part.ts";

/**
 * An activation as an argument: its name, a function in Keras 3's writing (`{class_name: "function", config: "relu"}`), or
 * a whole layer (`{class_name: "LeakyReLU", config}`). None is linear.
 */
export function activationOf(settings: Settings): FoundActivation {
  const written = settings.raw("activation");
  if (written === undefined) return { activation: "linear" };
  if (typeof written === "string") return activationNamed(written);
  const place = `activation of ${settings.source}`;
  const { class_name: className, config } = record(written, place);
  if (typeof config === "string") return activationNamed(config);
  if (typeof className !== "string")
    return { refused: `Its activation is ${got(written)}, which has no name.` };
  const layer = Object.hasOwn(activationLayers, className) ? activationLayers[className] : undefined;
  return layer
    ? layer(settingsOf(record(config ?? {}, place), place))
    : activationNamed(className.toLowerCase());
}

/** A node that carries the layer's activation; where there is none of that name, the node without it and a gap. */
export function activated(settings: Settings, part: Placed): readonly Part[] {
  const found = activationOf(settings);
  if ("refused" in found)
    return [{ ...part, values: { ...part.values, activation: "linear" } }, { gap: found.refused }];
  return [
    {
      ...part,
      values: { ...part.values, activation: found.activation },
      differs: together(part.differs, found.differs),
    },
  ];
}

const node = (found: FoundActivation): readonly Part[] =>
  "refused" in found
    ? gap(found.refused)
    : [{ kind: "activation", values: { function: found.activation }, differs: found.differs }];

/** Keras' `ReLU`, with its three knobs. */
function relu(settings: Settings): FoundActivation {
  const most = settings.has("max_value") ? settings.number("max_value", 0) : undefined;
  const threshold = settings.number("threshold", 0);
  if (threshold !== 0) return { refused: `Its threshold is ${threshold}; relu here has its kink at 0.` };
  const found = leakyRelu(settings.number("negative_slope", 0));
  if (most === undefined || "refused" in found) return found;
  return {
    ...found,
    differs:
      together(found.differs, `It caps values at ${most}, which ${found.activation} here does not.`) ?? "",
  };
}

/** Layers that are nothing but an activation. */
const activationLayers: Readonly<Record<string, (settings: Settings) => FoundActivation>> = {
  Activation: activationOf,
  ReLU: relu,
  // Keras 3 renamed `alpha`; the default is the same.
  LeakyReLU: (its) =>
    leakyRelu(its.has("alpha") ? its.number("alpha", 0.3) : its.number("negative_slope", 0.3)),
  ELU: (its) => elu(its.number("alpha", 1)),
};

export const activationTranslations: Readonly<Record<string, Translate>> = {
  ...Object.fromEntries(
    Object.entries(activationLayers).map(([name, read]): [string, Translate] => [
      name,
      ({ settings, lacksChannels }) => {
        const found = read(settings);
        return lacksChannels && "activation" in found && found.activation === "softmax"
          ? gap("It works along rows without channels, which there are none of here.")
          : node(found);
      },
    ]),
  ),
  Softmax({ settings, shapes: [shape], lacksChannels }) {
    const axis = settings.number("axis", -1);
    return !lacksChannels && (axis === -1 || axis === shape?.length)
      ? node({ activation: "softmax" })
      : gap(`It works along axis ${axis}; softmax here works along the channels, or all values of a vector.`);
  },
};
