import { type Activation, kerasActivation, leakySlope } from "./activation-functions.ts";
import { type Call, type Calls, call } from "./kind.ts";

type Written = readonly [fn: string, args: Call["args"]];

/**
 * The calls of a layer that carries an activation. tfjs has no leaky ReLU by name, so there it becomes a layer of its
 * own; everywhere else the activation is an argument. Keras leaves `linear` out, since it is the default.
 */
export function withActivation(
  activation: Activation,
  { tfjs, keras }: { tfjs: Written; keras: Written },
): Calls {
  const [layer, args] = tfjs;
  const leaky = activation === "leakyRelu";
  return {
    tfjs: [
      call(layer, { ...args, activation: leaky ? "linear" : activation }),
      ...(leaky ? [call("leakyReLU", { alpha: leakySlope })] : []),
    ],
    keras: [
      call(
        keras[0],
        activation === "linear" ? keras[1] : { ...keras[1], activation: kerasActivation(activation) },
      ),
    ],
  };
}
