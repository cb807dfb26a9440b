import { type Activation, activations, leakySlope } from "../../nodes/activation-functions.ts";
import { bracketed, type Text } from "../layout.ts";

export const isActivation = (name: string): name is Activation => activations.some((it) => it === name);

/** The activation of a layer's result, as `forward` writes it. GELU is the exact one, with erf. */
export function activated(name: Activation, result: Text): Text {
  const [fn, module] = written[name];
  if (!fn) return result;
  const more = /\((.*)\)/.exec(module)?.[1];
  return bracketed(`${fn}(`, [result, ...(more ? [more] : [])], ")");
}

/** The activation as a module of its own. */
export const activationModule = (name: Activation): string => written[name][1];

const written: Readonly<Record<Activation, readonly [fn: string, module: string]>> = {
  relu: ["F.relu", "nn.ReLU()"],
  leakyRelu: ["F.leaky_relu", `nn.LeakyReLU(${leakySlope})`],
  elu: ["F.elu", "nn.ELU()"],
  selu: ["F.selu", "nn.SELU()"],
  gelu: ["F.gelu", "nn.GELU()"],
  sigmoid: ["torch.sigmoid", "nn.Sigmoid()"],
  tanh: ["torch.tanh", "nn.Tanh()"],
  swish: ["F.silu", "nn.SiLU()"],
  softplus: ["F.softplus", "nn.Softplus()"],
  // Over the channels of each pixel, or all values of a vector.
  softmax: ["F.softmax", "nn.Softmax(dim=1)"],
  linear: ["", "nn.Identity()"],
};
