import type { Step } from "../../compile/plan.ts";
import type { Weights } from "../../compile/weights.ts";
import type { WeightName } from "../../nodes/kind.ts";
import type { Operation, Tensor } from "./model-file.ts";
import type { Field, OperatorName } from "./schema.ts";

/** A tensor by its place in the model's list. */
export type TensorIndex = number;

/** A tensor that an operator gives: its name and its shape, −1 where the number of examples decides. */
export interface Given {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Where one layer is put together. Names of what it makes begin with its id. */
export interface Site {
  readonly step: Step;
  /** What feeds a slot. */
  source(slot?: number): TensorIndex;
  /** What the layer gives, under its id. */
  readonly result: Given;
  /** Something on the way there; of the result's shape when left out. */
  part(name: string, shape?: readonly number[]): Given;
  /** Adds an operator; answers its output. */
  add(
    operator: OperatorName,
    inputs: readonly TensorIndex[],
    output: Given,
    options?: readonly Field[],
  ): TensorIndex;
  /** Adds an array under the layer's id. */
  floats(name: string, shape: readonly number[], values: Float32Array): TensorIndex;
  ints(name: string, shape: readonly number[], values: readonly number[] | Int32Array): TensorIndex;
  /** A stored array of the layer in Keras' axis order; undefined where the layer has none of that name. */
  stored(name: WeightName): { readonly shape: readonly number[]; readonly values: Float32Array } | undefined;
}

/** The tensors and operators of all layers. */
export interface Sheet {
  /** The model's input. */
  enter(input: Given): TensorIndex;
  siteOf(step: Step): Site;
  /** The step gives this, be it another layer's. */
  settle(step: Step, tensor: TensorIndex): void;
  given(step: Step): TensorIndex;
  readonly tensors: readonly Tensor[];
  readonly operations: readonly Operation[];
}

export function createSheet(weights: Weights): Sheet {
  const tensors: Tensor[] = [];
  const operations: Operation[] = [];
  const outputs = new Map<string, TensorIndex>();

  const added = (tensor: Tensor): TensorIndex => tensors.push(tensor) - 1;
  const found = (id: string): TensorIndex => {
    const tensor = outputs.get(id);
    if (tensor === undefined) throw new Error(`Nothing was built for ${id}.`);
    return tensor;
  };
  return {
    tensors,
    operations,
    enter: (input) => added({ ...input, type: "float32" }),
    settle: ({ node }, tensor) => void outputs.set(node.id, tensor),
    given: ({ node }) => found(node.id),
    siteOf: (step) => {
      const { id } = step.node;
      const result = { name: id, shape: batched(step.output) };
      return {
        step,
        result,
        source: (slot = 0) => found(step.sources[slot] ?? ""),
        part: (name, shape = result.shape) => ({ name: `${id}.${name}`, shape }),
        add: (operator, inputs, { name, shape }, options = []) => {
          const output = added({ name, shape, type: "float32" });
          operations.push({ operator, inputs, output, options });
          return output;
        },
        floats: (name, shape, values) => added({ name: `${id}/${name}`, shape, type: "float32", values }),
        ints: (name, shape, values) =>
          added({ name: `${id}/${name}`, shape, type: "int32", values: Int32Array.from(values) }),
        stored: (name) => {
          const index = step.weights.findIndex((it) => it.name === name);
          const values = weights[id]?.[index];
          const shape = step.weights[index]?.shape;
          return shape && values && { shape, values };
        },
      };
    },
  };
}

/** Of any number of examples. */
export const batched = (shape: readonly number[]): readonly number[] => [-1, ...shape];

/** The same values in another shape; −1 where the number of examples decides. */
export function reshaped(site: Site, tensor: TensorIndex, output: Given): TensorIndex {
  const part = output.name.slice(site.step.node.id.length + 1);
  const shape = site.ints(part ? `${part}_shape` : "shape", [output.shape.length], output.shape);
  return site.add("RESHAPE", [tensor, shape], output, [{ ints: output.shape }]);
}

/** A stored array that the layer must have. */
export function storedOf(site: Site, name: WeightName) {
  const stored = site.stored(name);
  if (!stored) throw new Error(`${site.step.node.id} has no ${name}.`);
  return stored;
}

/** One number for all values. */
export const scalar = (site: Site, name: string, value: number): TensorIndex =>
  site.floats(name, [], Float32Array.of(value));
