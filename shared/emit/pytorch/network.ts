import type { Plan, Step } from "../../compile/plan.ts";
import type { Stencil } from "../../nodes/kind.ts";
import { isImage } from "../../nodes/shape.ts";
import { inputShape, isChain } from "../keras-program.ts";
import { bracketed, laidOut, pythonLayout } from "../layout.ts";
import { fitting, statement } from "../python/statements.ts";
import { remarks, type TorchLayer, torchLayer } from "./layers.ts";
import { torchNames } from "./names.ts";

/** The class `Network`: one attribute for every layer that has a module, named after the node, and `forward`. */
export function networkClass(plan: Plan): readonly string[] {
  const name = torchNames(plan);
  const layers = plan.steps.map((step) => ({
    step,
    name: name(step.node.id),
    layer: torchLayer(step, step !== plan.output),
  }));
  const kept = layers.filter(({ step, layer }) => layer.module && !isLeftOut(step, plan));
  return [
    "class Network(nn.Module):",
    "    def __init__(self):",
    "        super().__init__()",
    ...kept.flatMap(({ name, layer: { module = "", after = [] } }) => [
      ...statement(`self.${name}`, module),
      ...after.map((it) => `        self.${name}${it}`),
    ]),
    ...(plan.steps.some(startsAtRandom) ? ["        self.apply(glorot)"] : []),
    ...givenKernels(plan, name),
    "",
    ...forward(plan, layers, name),
    ...frozenNorms(plan, name),
  ];
}

/** A softmax layer at the very end stands in the loss alone. */
const isLeftOut = ({ node, values }: Step, plan: Plan): boolean =>
  plan.output?.node.id === node.id && node.kind === "activation" && values.function === "softmax";

const glorotTypes: Readonly<Record<string, string>> = {
  conv2d: "nn.Conv2d",
  depthwiseConv2d: "nn.Conv2d",
  separableConv2d: "nn.Conv2d",
  conv2dTranspose: "nn.ConvTranspose2d",
  dense: "nn.Linear",
};
const startsAtRandom = ({ node }: Step): boolean => node.kind in glorotTypes;

/** PyTorch's layers in the plan that start from Glorot's distribution. */
export const startedTypes = (plan: Plan): readonly string[] =>
  [...new Set(plan.steps.flatMap(({ node }) => glorotTypes[node.kind] ?? []))].toSorted();

function forward(
  plan: Plan,
  layers: readonly { readonly step: Step; readonly name: string; readonly layer: TorchLayer }[],
  name: (id: string) => string,
): readonly string[] {
  const chain = isChain(plan);
  const variable = (id: string): string => (chain ? "x" : name(id));
  const [first] = plan.steps;
  const isOfImages = isImage(inputShape(plan));
  const entrance = chain && !isOfImages ? "x" : "images";
  const said = new Set<string>();
  const lines: string[] = [];
  for (const { step, name, layer } of layers) {
    const target = variable(step.node.id);
    if (step === first) {
      if (isOfImages)
        lines.push(
          "        # Images come with their channels last; PyTorch wants them first.",
          `        ${target} = images.permute(0, 3, 1, 2)`,
        );
      else if (!chain) lines.push(`        ${target} = ${entrance}`);
      continue;
    }
    const sources = step.kind.family === "input" && first ? [first.node.id] : step.sources;
    if (layer.remark && !said.has(layer.remark)) {
      said.add(layer.remark);
      lines.push(`        # ${remarks[layer.remark]}`);
    }
    const inputs = sources.map(variable);
    if (!isLeftOut(step, plan))
      lines.push(...statement(target, fitting(target, layer.result(`self.${name}`, inputs))));
    else if (!chain) lines.push(`        ${target} = ${inputs[0] ?? ""}`);
  }
  return [
    `    def forward(self, ${entrance}):`,
    ...lines,
    `        return ${variable(plan.output?.node.id ?? "")}`,
  ];
}

/** Given kernels are laid over what the layers started from. */
function givenKernels(plan: Plan, name: (id: string) => string): readonly string[] {
  const given = plan.steps.flatMap((step) => {
    const [kernel] = step.weights;
    return typeof kernel?.initial === "object" ? [{ step, kernel, stencil: kernel.initial }] : [];
  });
  if (!given.length) return [];
  return [
    "        # Given kernels, laid on the image as they are written, without a flip.",
    "        with torch.no_grad():",
    ...given.flatMap(({ step, kernel, stencil }) =>
      kernelLines(`self.${name(step.node.id)}.weight`, kernel.shape, stencil).map(
        (it) => `            ${it}`,
      ),
    ),
  ];
}

function kernelLines(
  weight: string,
  shape: readonly number[],
  { cells, across }: Stencil,
): readonly string[] {
  const [width = 1, channels = 1, filters = 1] = shape.slice(-3);
  const rows = Array.from({ length: cells.length / width }, (_, row) =>
    bracketed("[", cells.slice(row * width, (row + 1) * width).map(String), "]"),
  );
  const tensor = bracketed("torch.tensor(", [bracketed("[", rows, "]")], ")");
  const layout = { ...pythonLayout, width: pythonLayout.width - 12 };
  if (across === "sum" || channels === 1)
    return laidOut(bracketed(`${weight}.copy_(`, [tensor], ")"), layout).split("\n");
  const repeated = filters === channels ? "" : `.repeat(${filters / channels}, 1)`;
  const own = `torch.eye(${channels})${repeated}[:, :, None, None]`;
  return [
    ...`cells = ${laidOut(tensor, layout, "cells = ".length)}`.split("\n"),
    filters === channels
      ? "# Each filter sees the channel of its own number alone."
      : `# Filter i sees channel i modulo ${channels} alone.`,
    ...laidOut(bracketed(`${weight}.copy_(`, [`${own} * cells`], ")"), layout).split("\n"),
  ];
}

function frozenNorms(plan: Plan, name: (id: string) => string): readonly string[] {
  const frozen = plan.steps.filter(
    ({ node, values }) => node.kind === "batchNorm" && values.trainable === false,
  );
  if (!frozen.length) return [];
  return [
    "",
    "    def train(self, mode=True):",
    "        super().train(mode)",
    "        # Frozen: always with the averages that it has.",
    ...frozen.map(({ node }) => `        self.${name(node.id)}.eval()`),
    "        return self",
  ];
}
