import { leakySlope } from "../../nodes/activation-functions.ts";
import { type Call, call } from "../../nodes/kind.ts";
import { rLocallyConnected, rLocallyConnectedLegacy } from "./locally-connected.ts";
import { rShufflePixels, rShufflePixelsLegacy } from "./shuffle-pixels.ts";
import { rStencil, rStencilLegacy } from "./stencil.ts";

/** How one of R's packages for Keras wants a program. */
export interface Dialect {
  readonly library: string;
  /** For the head of the program. */
  readonly needs: string;
  readonly pipe: "|>" | "%>%";
  seeded(seed: number): string;
  /** The beginning of a sequential model, shape and name as R's literals. */
  sequential(shape: string, name: string): string;
  /** Whether the first layer says what it gets. */
  readonly shapeInFirst: boolean;
  /** The call in the package's words. */
  said(it: Call): Call;
  /** What the package's Keras lacks and a program defines, where it uses it. */
  readonly definitions: readonly { readonly name: string; readonly lines: readonly string[] }[];
}

export const keras3: Dialect = {
  library: "keras3",
  needs: 'Needs R 4.1 and once: install.packages("keras3"); keras3::install_keras()',
  pipe: "|>",
  seeded: (seed) => `set_random_seed(${seed})`,
  sequential: (shape, name) => `keras_model_sequential(input_shape = ${shape}, input_name = ${name})`,
  shapeInFirst: false,
  said: (it) => it,
  definitions: [
    { name: "ShufflePixels", lines: rShufflePixels },
    { name: "Stencil", lines: rStencil },
    { name: "LocallyConnected2D", lines: rLocallyConnected },
  ],
};

export const keras: Dialect = {
  library: "keras",
  needs: 'Needs once: install.packages("keras"); keras::install_keras()',
  pipe: "%>%",
  seeded: (seed) => `tensorflow::set_random_seed(${seed})`,
  sequential: () => "keras_model_sequential()",
  shapeInFirst: true,
  said: inKeras2,
  definitions: [
    { name: "ShufflePixels", lines: rShufflePixelsLegacy },
    { name: "Stencil", lines: rStencilLegacy },
    { name: "LocallyConnected2D", lines: rLocallyConnectedLegacy },
  ],
};

/** Keras 2 knows neither `silu` nor `leaky_relu` by name, nor a layer that only hands on. */
function inKeras2(it: Call): Call {
  if (it.fn === "Identity") return call("Activation", { activation: "linear", ...it.args });
  const { activation } = it.args;
  if (activation === "silu") return { ...it, args: { ...it.args, activation: "swish" } };
  if (activation !== "leaky_relu") return it;
  const leaky = `function(x) tensorflow::tf$nn$leaky_relu(x, ${leakySlope})`;
  return { ...it, args: { ...it.args, activation: leaky } };
}
