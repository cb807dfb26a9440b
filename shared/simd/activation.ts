import { Activation } from "./kernels/protocol.ts";

/** The activation that a fused kernel applies itself; undefined for one that it cannot. */
export function activationOf(name: string | null | undefined): Activation | undefined {
  switch (name) {
    case undefined:
    case null:
    case "linear":
      return Activation.none;
    case "relu":
      return Activation.relu;
    case "relu6":
      return Activation.relu6;
    default:
      return undefined;
  }
}
