import { compile } from "../../compile/compile.ts";
import type { Plan, Step } from "../../compile/plan.ts";
import { torchNames } from "../../emit/pytorch/names.ts";
import { reordered, type TorchTensor, torchTensors } from "../../emit/pytorch/tensors.ts";
import type { Design } from "../../graph/graph.ts";
import { shown } from "../../graph/json.ts";
import { answered, refuse } from "../../graph/reading.ts";
import type { Weight } from "../../nodes/kind.ts";
import { isImage, sameShape, show } from "../../nodes/shape.ts";
import type { Entry, GivenFile, Import } from "../imported.ts";
import { numbersFrom } from "../numbers.ts";
import { readTensors, type Tensor } from "./file.ts";

/** An array that the design wants, and how PyTorch would call and turn it. */
interface Wanted {
  readonly step: Step;
  readonly weight: Weight;
  readonly torch: TorchTensor;
}

/** A wanted array and the one of the file that fills it; `order` as in `TorchTensor`, undefined where it lies as ours. */
interface Filled {
  readonly wanted: Wanted;
  readonly tensor: Tensor;
  readonly order: readonly number[] | undefined;
}

/**
 * The weights of a safetensors file for a design: by names, as our own export writes them (`conv_1.weight`, PyTorch's axis
 * order) or as Keras has them (`conv_1/kernel`, our order); where the names are others, by the order of the layers and the
 * shapes, if each array finds its place. Refuses, with a sentence, a file that is damaged (`readTensors`) or whose arrays do
 * not fit, naming both shapes. float16, bfloat16 and float64 become float32.
 */
export function readSafetensors({ name, bytes }: GivenFile, onto: Design | undefined): Import {
  return answered((): Import => {
    const file = shown(name);
    const tensors = readTensors(bytes, file);
    if (!onto)
      return refuse(
        `${file} holds weights and no structure: open or draw the design that they belong to, and import them onto it.`,
      );
    const plan = compile(onto);
    const wanted = wantedBy(plan);
    if (!wanted.length) refuse(`The design ${shown(onto.name)} has no layer with weights for ${file}.`);
    const [first] = plan.problems;
    if (!plan.ready)
      refuse(
        `The design ${shown(onto.name)} has to work before it can take weights: ${first?.message ?? "it has no output."}`,
      );
    const named = byName(plan, wanted, tensors, file);
    const filled = named ?? byOrder(wanted, tensors);
    if (!filled)
      return refuse(
        `The arrays of ${file} do not fit the design ${shown(onto.name)} by name or by order and shape: it needs ${listed(wanted.map(wantedName))}, the file has ${listed(tensors.map((it) => `${it.name} ${show(it.shape)}`))}. Open the design that they were saved from.`,
      );
    return { design: onto, weights: weightsOf(filled), report: reported(filled, tensors, plan, !named) };
  });
}

const wantedBy = ({ steps }: Plan): readonly Wanted[] =>
  steps.flatMap((step) =>
    torchTensors(step).flatMap((torch, index) => {
      const weight = step.weights[index];
      return weight ? [{ step, weight, torch }] : [];
    }),
  );

const wantedName = ({ step, weight, torch }: Wanted): string =>
  `${step.node.id}/${weight.name} ${show(torch.shape)}`;

const listed = (words: readonly string[]): string =>
  words.length > 3
    ? `${words.slice(0, 3).join(", ")} and ${words.length - 3} more`
    : words.join(", ") || "none";

/** Undefined where no array of the file has a name of ours; refuses where only some have, or shapes differ. */
function byName(
  plan: Plan,
  wanted: readonly Wanted[],
  tensors: readonly Tensor[],
  file: string,
): readonly Filled[] | undefined {
  // Wrappers of PyTorch put their own names before all others.
  const named = new Map(tensors.map((it) => [it.name.replace(/^(?:module\.|_orig_mod\.)+/, ""), it]));
  const torchName = torchNames(plan);
  const found = wanted.map((it) => {
    const { node } = it.step;
    const torch = named.get(`${torchName(node.id)}.${it.torch.name}`);
    const keras = named.get(`${node.id}/${it.weight.name}`);
    return { wanted: it, torch, keras };
  });
  if (found.every((it) => !it.torch && !it.keras)) return undefined;
  return found.map(({ wanted: it, torch, keras }) => {
    const tensor = keras ?? torch;
    if (!tensor)
      return refuse(
        `${file} has no array for the ${it.weight.name} of ${it.step.node.id}. Open the design that the file was saved from.`,
      );
    const shape = keras ? it.weight.shape : it.torch.shape;
    if (!sameShape(tensor.shape, shape))
      return refuse(
        `${shown(tensor.name)} of ${file} is ${show(tensor.shape) || "one number"}, and the design's ${it.step.node.id} needs ${show(shape)}. Open the design that the file was saved from.`,
      );
    return { wanted: it, tensor, order: keras ? undefined : it.torch.order };
  });
}

/** Layer by layer in PyTorch's axis order: as the values lie in the file, or as the layers' names count up. */
function byOrder(wanted: readonly Wanted[], tensors: readonly Tensor[]): readonly Filled[] | undefined {
  const byLayer = new Map<string, readonly Tensor[]>();
  for (const it of tensors) byLayer.set(layerOf(it), [...(byLayer.get(layerOf(it)) ?? []), it]);
  const layers = [...byLayer];
  for (const ordered of [layers, layers.toSorted(([a], [b]) => counted(a, b))]) {
    const all = ordered.flatMap(([, its]) => its.toSorted((a, b) => rank(a) - rank(b)));
    if (all.length === wanted.length && all.every((it, index) => fits(it, wanted[index])))
      return wanted.flatMap((it, index) => {
        const tensor = all[index];
        return tensor ? [{ wanted: it, tensor, order: it.torch.order }] : [];
      });
  }
  return undefined;
}

const fits = (tensor: Tensor, wanted: Wanted | undefined): boolean =>
  wanted !== undefined && sameShape(tensor.shape, wanted.torch.shape);

const layerOf = ({ name }: Tensor): string => name.slice(0, Math.max(name.lastIndexOf("."), 0));

/** The order of a layer's arrays in Keras, which ours is, in PyTorch's words. */
const order = ["weight", "bias", "running_mean", "running_var"];
const rank = ({ name }: Tensor): number => order.indexOf(name.slice(name.lastIndexOf(".") + 1));

/** `features.9` before `features.10`. */
function counted(a: string, b: string): number {
  const [left, right] = [a, b].map((it) => it.split(/(\d+)/));
  for (const [index, part] of (left ?? []).entries()) {
    const other = right?.[index] ?? "";
    if (part === other) continue;
    const apart = Number(part) - Number(other);
    return index % 2 && apart ? apart : part < other ? -1 : 1;
  }
  return -1;
}

function weightsOf(filled: readonly Filled[]): Readonly<Record<string, readonly Float32Array[]>> {
  const weights: Record<string, Float32Array[]> = {};
  for (const { wanted, tensor, order } of filled) {
    const values = numbersFrom(tensor.bytes, tensor.type);
    const broken = values.findIndex((it) => !Number.isFinite(it));
    if (broken !== -1)
      refuse(
        `${shown(tensor.name)} holds ${values[broken]}, which is no finite number. Train the model again with a smaller learning rate.`,
      );
    const { id } = wanted.step.node;
    const arrays = weights[id] ?? [];
    weights[id] = arrays;
    arrays.push(
      order
        ? reordered(
            values,
            order.map((axis) => wanted.weight.shape[axis] ?? 1),
            backwards(order),
          )
        : values,
    );
  }
  return weights;
}

/** The order that undoes an order. */
const backwards = (order: readonly number[]): readonly number[] =>
  order.map((_, axis) => order.indexOf(axis));

function reported(
  filled: readonly Filled[],
  tensors: readonly Tensor[],
  { steps }: Plan,
  isGuessed: boolean,
): readonly Entry[] {
  const places = new Map(filled.map((it) => [it.tensor, it]));
  const byId = new Map(steps.map((it) => [it.node.id, it]));
  return tensors.map((tensor): Entry => {
    const source = `${tensor.name} (${show(tensor.shape) || "one number"})`;
    const place = places.get(tensor);
    if (!place) return { source, fate: "refused", words: "No layer of the design takes it." };
    const { step } = place.wanted;
    const flattens =
      isGuessed &&
      step.node.kind === "dense" &&
      tensor.shape.length > 1 &&
      step.sources.some((it) => isFlattening(byId.get(it)));
    const words = flattens
      ? "Its inputs were taken row by row with the channels last; a PyTorch model that flattens has the channels first."
      : tensor.type === "F64"
        ? "Its numbers were rounded from 64 to 32 bits."
        : "";
    return { source, fate: words ? "approximated" : "mapped", node: step.node.id, words };
  });
}

const isFlattening = (step: Step | undefined): boolean => {
  const [input] = step?.inputs ?? [];
  return (
    step?.node.kind === "flatten" &&
    input !== undefined &&
    isImage(input) &&
    input[2] > 1 &&
    input[0] * input[1] > 1
  );
};
