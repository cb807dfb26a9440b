import type { Operation } from "./messages.ts";
import type { Network } from "./network.ts";

/**
 * What the author of a network called the layer behind an operator; "" where the file does not tell. PyTorch keeps it in
 * the names of weights (`features.0.weight`) and, since 1.13, of operators (`/features/features.0/Conv`), Keras' converter
 * in paths (`StatefulPartitionedCall/model/conv2d/Conv2D`).
 */
export function layerName(network: Network, operation: Operation): string {
  for (const input of operation.inputs)
    if (network.constants.has(input)) {
      const name = wordFrom(input);
      if (name) return name;
    }
  return wordFrom(operation.name);
}

/** Last parts of a name that say which array it is, or which operator, and not whose. */
const parts =
  /^(weight|weights|kernel|bias|gamma|beta|scale|running_mean|running_var|moving_mean|moving_variance|readvariableop.*|biasadd.*|matmul.*|conv2d|depthwise|add_?\d*|mul_?\d*|relu\d?)$/i;

function wordFrom(path: string): string {
  // PyTorch's own numbering: onnx::Conv_23.
  if (path.includes("::") || path.length > 1000) return "";
  const words = path
    .replace(/:\d+$/, "")
    .split(/[/.]/)
    .filter((it) => it !== "");
  // `/features/features.0/Conv` repeats the path of its module in front.
  const isModulePath = path.startsWith("/");
  if (isModulePath) {
    const module = path
      .split("/")
      .filter((it) => it !== "")
      .at(-2);
    return module ?? "";
  }
  while (words.length && (parts.test(words.at(-1) ?? "") || isOperatorName(words.at(-1) ?? ""))) words.pop();
  const isKeras = path.includes("/");
  return (isKeras ? words.at(-1) : words.join(".")) ?? "";
}

/** `Conv_12`, `Relu`, `Identity_3`: numbered operators. `BatchNormalization` and the like begin with a capital. */
const isOperatorName = (word: string): boolean => /^[A-Z][A-Za-z]*\d*[a-z]*(_\d+)*$/.test(word);
