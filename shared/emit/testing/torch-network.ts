import { pytorch } from "../pytorch.ts";
import type { Subject } from "../subject.ts";

/** The PyTorch program up to its class `Network`, without the data. */
export const torchNetwork = (subject: Subject): string => {
  const program = pytorch({ ...subject, data: { source: "spirals" } });
  const [head = "", ...rest] = program.split("\n\ndef spirals(");
  return head + (rest.join("").split("spirals(300, seed=2)\n")[1] ?? "").split("model = Network()")[0];
};
