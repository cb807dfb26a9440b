import { constantOf } from "./folding.ts";
import type { Attribute, Operation } from "./messages.ts";
import type { Network } from "./network.ts";

/**
 * What an operator of a later opset, or a layer of ours, looks like where an exporter spells it out. A word is a value
 * that comes in, the same wherever the word stands; with a question mark before it, a fixed one; a number is itself.
 */
type Pattern = string | number | Spelled;
interface Spelled {
  readonly operator: string;
  readonly of: readonly Pattern[];
  readonly attributes: Readonly<Record<string, number | readonly number[]>>;
}

interface Rule {
  /** The operator that is read instead, and its inputs. */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly pattern: Spelled;
  /** All of these parts have the same attributes, and so has the operator. */
  readonly attributesOf?: string;
}

const written =
  (operator: string, attributes: Spelled["attributes"] = {}) =>
  (...of: readonly Pattern[]): Spelled => ({ operator, of, attributes });
const add = written("Add");
const sub = written("Sub");
const mul = written("Mul");
const div = written("Div");
const pow = written("Pow");
const clip = written("Clip");
const reshape = written("Reshape");

/** x · ½ (1 + erf(x / √2)), in the orders that exporters write it. */
const gelus: readonly Spelled[] = [div("x", Math.SQRT2), mul("x", Math.SQRT1_2)].flatMap((scaled) => {
  const bent = add(written("Erf")(scaled), 1);
  return [mul(mul("x", bent), 0.5), mul(mul("x", 0.5), bent), mul("x", mul(bent, 0.5))];
});

/** Hendrycks & Gimpel 2016: x · ½ (1 + tanh(√(2/π) (x + 0.044715 x³))). */
const cubic = add("x", mul(pow("x", 3), 0.044715));
const tanhBent = add(written("Tanh")(mul(cubic, Math.sqrt(2 / Math.PI))), 1);
const tanhGelus = [mul(mul("x", tanhBent), 0.5), mul(mul("x", 0.5), tanhBent), mul("x", mul(tanhBent, 0.5))];

const cut = clip(add("x", 3), 0, 6);

const mean = written("ReduceMean");
const centred = sub("x", mean("x"));
const layerNorm = div(centred, written("Sqrt")(add(mean(pow(centred, 2)), "?epsilon")));

/** As shared/emit/onnx writes it: windows gathered row by row and column by column, then a product for each place. */
const windows = (image: Pattern) =>
  written("Gather", { axis: 3 })(written("Gather", { axis: 1 })(image, "?rows"), "?columns");
const products = (image: Pattern) => {
  const seen = reshape(written("Transpose", { perm: [1, 3, 0, 2, 4, 5] })(windows(image)), "?seen");
  return reshape(written("Transpose", { perm: [1, 0, 2] })(written("MatMul")(seen, "?kernel")), "?shape");
};
const inside = products("x");
const bordered = products(written("Pad")("x", "?border"));
const tables = ["x", "?rows", "?columns", "?kernel"];

const rules: readonly Rule[] = [
  ...gelus.map((pattern) => ({ operator: "Gelu", inputs: ["x"], pattern })),
  ...tanhGelus.map((pattern) => ({ operator: "TanhGelu", inputs: ["x"], pattern })),
  { operator: "Swish", inputs: ["x"], pattern: mul("x", written("Sigmoid")("x")) },
  { operator: "HardSwish", inputs: ["x"], pattern: mul("x", written("HardSigmoid")("x")) },
  { operator: "HardSwish", inputs: ["x"], pattern: div(mul("x", cut), 6) },
  { operator: "HardSwish", inputs: ["x"], pattern: mul("x", div(cut, 6)) },
  { operator: "HardSwish", inputs: ["x"], pattern: mul("x", mul(cut, 1 / 6)) },
  { operator: "HardSigmoid", inputs: ["x"], pattern: div(cut, 6) },
  { operator: "HardSigmoid", inputs: ["x"], pattern: mul(cut, 1 / 6) },
  {
    operator: "SpelledOutLayerNormalization",
    inputs: ["x", "?epsilon"],
    pattern: layerNorm,
    attributesOf: "ReduceMean",
  },
  { operator: "LocallyConnected", inputs: [...tables, "?border", "?bias"], pattern: add(bordered, "?bias") },
  { operator: "LocallyConnected", inputs: [...tables, "", "?bias"], pattern: add(inside, "?bias") },
  { operator: "LocallyConnected", inputs: [...tables, "?border"], pattern: bordered },
  { operator: "LocallyConnected", inputs: tables, pattern: inside },
];

const commutes: ReadonlySet<string> = new Set(["Add", "Mul"]);

/** An operator that stands for several of the file. */
export interface Composite {
  readonly operation: Operation;
  readonly parts: ReadonlySet<Operation>;
}

/** The spelled-out operators of a network by their last part; no operator is a part of two. */
export function compositesOf(network: Network): ReadonlyMap<Operation, Composite> {
  const composites = new Map<Operation, Composite>();
  const taken = new Set<Operation>();
  // From the end, so that the larger of two patterns is met first.
  for (const operation of network.operations.toReversed()) {
    if (taken.has(operation)) continue;
    const composite = compositeAt(network, operation);
    if (!composite || [...composite.parts].some((it) => taken.has(it))) continue;
    composites.set(operation, composite);
    for (const it of composite.parts) taken.add(it);
  }
  return composites;
}

function compositeAt(network: Network, last: Operation): Composite | undefined {
  const [output = ""] = last.outputs;
  for (const { operator, inputs, pattern, attributesOf } of rules) {
    if (pattern.operator !== last.operator || last.domain !== "") continue;
    const found = matched(network, pattern, output, { values: new Map(), parts: new Set() });
    if (!found || !isClosed(network, found.parts, last)) continue;
    const attributes =
      attributesOf === undefined ? new Map<string, Attribute>() : sharedAttributes(found.parts, attributesOf);
    if (!attributes) continue;
    const values = inputs.map((it) => found.values.get(it) ?? "");
    return { operation: { ...last, operator, attributes, inputs: values }, parts: found.parts };
  }
  return undefined;
}

interface Found {
  readonly values: ReadonlyMap<string, string>;
  readonly parts: ReadonlySet<Operation>;
}

function matched(network: Network, pattern: Pattern, value: string, found: Found): Found | undefined {
  if (typeof pattern === "number") {
    const constant = constantOf(network, value);
    const isOne = constant?.dims.every((it) => it === 1);
    // Exporters write such numbers in float16 at the least.
    return isOne && Math.abs((constant?.at(0) ?? Number.NaN) - pattern) < 1e-3 * Math.abs(pattern) + 1e-9
      ? found
      : undefined;
  }
  if (typeof pattern === "string") {
    const known = found.values.get(pattern);
    if (known !== undefined) return known === value ? found : undefined;
    if (pattern.startsWith("?") && !constantOf(network, value)) return undefined;
    return { ...found, values: new Map(found.values).set(pattern, value) };
  }
  const maker = network.makerOf(value);
  if (
    !maker ||
    maker.operator !== pattern.operator ||
    maker.domain !== "" ||
    maker.inputs.length !== pattern.of.length
  )
    return undefined;
  if (maker.outputs[0] !== value || !hasAttributes(maker, pattern)) return undefined;
  const within = { ...found, parts: new Set(found.parts).add(maker) };
  const orders = commutes.has(pattern.operator) ? [maker.inputs, maker.inputs.toReversed()] : [maker.inputs];
  for (const inputs of orders) {
    const all = pattern.of.reduce<Found | undefined>(
      (soFar, part, slot) => soFar && matched(network, part, inputs[slot] ?? "", soFar),
      within,
    );
    if (all) return all;
  }
  return undefined;
}

const hasAttributes = ({ attributes }: Operation, wanted: Spelled): boolean =>
  Object.entries(wanted.attributes).every(([name, value]) => {
    const met = attributes.get(name);
    return typeof value === "number" ? met?.whole === value : met?.wholes.join() === value.join();
  });

/** What the parts give is taken by parts alone, except for the last one's. */
const isClosed = (network: Network, parts: ReadonlySet<Operation>, last: Operation): boolean =>
  [...parts].every(
    (part) =>
      part === last ||
      part.outputs.every(
        (it) => !network.leaves(it) && network.takersOf(it).every((taker) => parts.has(taker)),
      ),
  );

function sharedAttributes(
  parts: ReadonlySet<Operation>,
  operator: string,
): ReadonlyMap<string, Attribute> | undefined {
  const [first, ...others] = [...parts].filter((it) => it.operator === operator);
  const written = (it: Operation): string => JSON.stringify([...it.attributes].sort());
  return first && others.every((it) => written(it) === written(first)) ? first.attributes : undefined;
}
