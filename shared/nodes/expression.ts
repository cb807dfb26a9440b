/**
 * A number together with how it comes about. A rule that gives an expression gives the value and its derivation in one:
 * the compiler calculates it, the window and the command line print it, so the two cannot disagree.
 */
export type Expression =
  | { readonly is: "number"; readonly value: number; readonly name: string }
  | { readonly is: "sum" | "product"; readonly terms: readonly Expression[] }
  | { readonly is: "difference" | "quotient"; readonly left: Expression; readonly right: Expression }
  | { readonly is: "floor" | "ceil"; readonly of: Expression }
  | { readonly is: "largest" | "smallest"; readonly terms: readonly Expression[] };

/** A number as it is met, with its name in the formula: `5`, "kernel height". */
export const number = (value: number, name: string): Expression => ({ is: "number", value, name });
export const sum = (...terms: readonly Expression[]): Expression => joined("sum", terms);
export const product = (...terms: readonly Expression[]): Expression => joined("product", terms);
export const minus = (left: Expression, right: Expression): Expression => ({ is: "difference", left, right });
export const over = (left: Expression, right: Expression): Expression => ({ is: "quotient", left, right });
export const floor = (of: Expression): Expression => ({ is: "floor", of });
export const ceil = (of: Expression): Expression => ({ is: "ceil", of });
export const largest = (...terms: readonly Expression[]): Expression => ({ is: "largest", terms });
export const smallest = (...terms: readonly Expression[]): Expression => ({ is: "smallest", terms });

function joined(is: "sum" | "product", terms: readonly Expression[]): Expression {
  const [only] = terms;
  return only && terms.length === 1 ? only : { is, terms };
}

/** What comes out. An empty sum is 0, an empty product 1. */
export function worth(it: Expression): number {
  switch (it.is) {
    case "number":
      return it.value;
    case "sum": {
      let total = 0;
      for (const term of it.terms) total += worth(term);
      return total;
    }
    case "product": {
      let total = 1;
      for (const term of it.terms) total *= worth(term);
      return total;
    }
    case "difference":
      return worth(it.left) - worth(it.right);
    case "quotient":
      return worth(it.left) / worth(it.right);
    case "floor":
      return Math.floor(worth(it.of));
    case "ceil":
      return Math.ceil(worth(it.of));
    case "largest":
      return it.terms.reduce((most, term) => Math.max(most, worth(term)), Number.NEGATIVE_INFINITY);
    case "smallest":
      return it.terms.reduce((least, term) => Math.min(least, worth(term)), Number.POSITIVE_INFINITY);
  }
}

/** The formula with its numbers put in: `⌊(28 + 2·0 − 5)/1⌋ + 1`. */
export const inNumbers = (it: Expression): string => print(it, ({ value }) => shown(value), "·");

/** The formula in words: `⌊(input height + 2 · padding − kernel height) / stride⌋ + 1`. */
export const inWords = (it: Expression): string => print(it, ({ name }) => name, " · ");

/** `⌊(28 + 2·0 − 5)/1⌋ + 1 = 24`; a bare number stays as it is. */
export const worked = (it: Expression): string =>
  it.is === "number" ? shown(it.value) : `${inNumbers(it)} = ${shown(worth(it))}`;

/** Whole numbers with thousands separated, others with four significant digits. */
export function shown(value: number): string {
  if (!Number.isInteger(value)) {
    const short = Number(value.toPrecision(4));
    return Number.isInteger(short) ? shown(short) : String(short).replaceAll("-", "−");
  }
  const digits = String(Math.abs(value)).replace(/\B(?=(\d{3})+$)/g, ",");
  return value < 0 ? `−${digits}` : digits;
}

type Leaf = Extract<Expression, { is: "number" }>;

function print(it: Expression, leaf: (it: Leaf) => string, dot: string): string {
  // Behind an operator a sign of its own would read as a second one.
  const within = (part: Expression, binds: number, first: boolean): string => {
    const text = print(part, leaf, dot);
    return strength(part) < binds || (!first && text.startsWith("−")) ? `(${text})` : text;
  };
  switch (it.is) {
    case "number":
      return leaf(it);
    case "sum":
      return it.terms.map((term, place) => within(term, 1, place === 0)).join(" + ") || "0";
    case "product":
      return it.terms.map((term, place) => within(term, 2, place === 0)).join(dot) || "1";
    case "difference":
      return `${within(it.left, 1, true)} − ${within(it.right, 2, false)}`;
    case "quotient":
      return `${within(it.left, 2, true)}${dot === "·" ? "/" : " / "}${within(it.right, 3, false)}`;
    case "floor":
      return `⌊${print(it.of, leaf, dot)}⌋`;
    case "ceil":
      return `⌈${print(it.of, leaf, dot)}⌉`;
    case "largest":
    case "smallest": {
      const name = it.is === "largest" ? "max" : "min";
      return `${name}(${it.terms.map((term) => print(term, leaf, dot)).join(", ")})`;
    }
  }
}

/** How tightly an expression holds together: sums least. */
function strength({ is }: Expression): number {
  if (is === "sum" || is === "difference") return 1;
  if (is === "product" || is === "quotient") return 2;
  return 3;
}
