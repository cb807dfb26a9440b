import { refuse } from "../../graph/reading.ts";
import type { Door, Graph, Operation, Tensor } from "./messages.ts";

/** A graph whose names are sound: each is given once, each is given before it is taken, and nothing goes in circles. */
export interface Network {
  readonly name: string;
  /** In an order in which each operator finds its inputs. */
  readonly operations: readonly Operation[];
  readonly constants: ReadonlyMap<string, Tensor>;
  /** What has to be fed: inputs that no array stands for. */
  readonly inputs: readonly Door[];
  readonly outputs: readonly Door[];
  readonly known: ReadonlyMap<string, Door>;
  makerOf(value: string): Operation | undefined;
  /** The operators that take a value, once for each time. */
  takersOf(value: string): readonly Operation[];
  /** Whether a value leaves the model. */
  leaves(value: string): boolean;
}

export function networkOf(graph: Graph): Network {
  const { operations, outputs } = graph;
  const constants = new Map(graph.constants.map((it) => [it.name, it]));
  // Up to IR version 3 every array was listed as an input too.
  const inputs = graph.inputs.filter((it) => !constants.has(it.name));
  const makers = makersOf(graph, inputs);
  const takers = new Map<string, Operation[]>();
  for (const operation of operations)
    for (const value of operation.inputs) {
      if (value === "") continue;
      const list = takers.get(value) ?? [];
      list.push(operation);
      takers.set(value, list);
    }
  const given = new Set([...constants.keys(), ...inputs.map((it) => it.name)]);
  for (const [value, [taker]] of takers)
    if (taker && !given.has(value) && !makers.has(value))
      refuse(
        `${wordsFor(taker)} takes ${quoted(value)}, which nothing gives. The file is damaged or a part of a model: export it again.`,
      );
  const leaving = new Set(outputs.map((it) => it.name));
  return {
    name: graph.name,
    operations: inOrder(operations, makers, takers),
    constants,
    inputs,
    outputs,
    known: new Map(graph.known.map((it) => [it.name, it])),
    makerOf: (value) => makers.get(value),
    takersOf: (value) => takers.get(value) ?? [],
    leaves: (value) => leaving.has(value),
  };
}

/** `/conv1/Conv (Conv)`, as the report shows an operator. */
export const wordsFor = ({ name, outputs, operator }: Operation): string =>
  `${shortened(name || outputs[0] || "an operator")} (${shortened(operator)})`;

export const shortened = (name: string): string => (name.length > 80 ? `…${name.slice(-79)}` : name);
export const quoted = (name: string): string => JSON.stringify(shortened(name));

function makersOf(graph: Graph, inputs: readonly Door[]): ReadonlyMap<string, Operation> {
  const givers = new Map<string, string>();
  const makers = new Map<string, Operation>();
  const give = (value: string, giver: string): void => {
    const other = givers.get(value);
    if (other !== undefined)
      refuse(`${quoted(value)} is given twice, by ${other} and by ${giver}. Export the model again.`);
    givers.set(value, giver);
  };
  for (const it of graph.constants) give(it.name, "an array");
  for (const it of inputs) give(it.name, "an input");
  for (const operation of graph.operations)
    for (const value of operation.outputs) {
      if (value === "") continue;
      give(value, wordsFor(operation));
      makers.set(value, operation);
    }
  return makers;
}

/** The file's order where it is sound, as ONNX demands; else Kahn's algorithm. */
function inOrder(
  operations: readonly Operation[],
  makers: ReadonlyMap<string, Operation>,
  takers: ReadonlyMap<string, readonly Operation[]>,
): readonly Operation[] {
  const ready = new Set<Operation>();
  const isSound = operations.every((operation) => {
    ready.add(operation);
    return operation.inputs.every((it) => {
      const maker = makers.get(it);
      return !maker || (maker !== operation && ready.has(maker));
    });
  });
  if (isSound) return operations;
  const waiting = new Map<Operation, number>();
  for (const it of operations) waiting.set(it, it.inputs.filter((value) => makers.has(value)).length);
  const ordered = operations.filter((it) => waiting.get(it) === 0);
  // The list grows while it is walked.
  for (const operation of ordered)
    for (const value of operation.outputs)
      for (const taker of takers.get(value) ?? []) {
        const left = (waiting.get(taker) ?? 0) - 1;
        waiting.set(taker, left);
        if (left === 0) ordered.push(taker);
      }
  if (ordered.length === operations.length) return ordered;
  const circle = circleIn(
    operations.filter((it) => (waiting.get(it) ?? 0) > 0),
    makers,
  );
  return refuse(
    `The operators ${circle.map(wordsFor).join(" → ")} form a circle. A network has none: export it again.`,
  );
}

/** Walks back from any operator that waits until one comes again; shows a few at most. */
function circleIn(stuck: readonly Operation[], makers: ReadonlyMap<string, Operation>): readonly Operation[] {
  const among = new Set(stuck);
  const walked = new Map<Operation, number>();
  const path: Operation[] = [];
  let here = stuck[0];
  while (here && !walked.has(here)) {
    walked.set(here, path.length);
    path.push(here);
    here = here.inputs.map((it) => makers.get(it)).find((it) => it && among.has(it));
  }
  const circle = path.slice((here && walked.get(here)) ?? 0).reverse();
  return circle.length > 5 ? [...circle.slice(0, 4), ...circle.slice(-1)] : circle;
}
