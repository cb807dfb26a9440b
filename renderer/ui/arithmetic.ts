/**
 * The value of a sum as people type it: `28*28`, `(3+1)×2`, `1,5`, `1e-3`, `2^5`. Comma and point both begin the
 * decimals. Undefined where it is no sum, or has no finite value.
 */
export function valueOfSum(text: string): number | undefined {
  const reader: Reader = { text: text.replace(/\s+/g, ""), at: 0 };
  const value = sum(reader);
  return reader.at === reader.text.length && Number.isFinite(value) ? value : undefined;
}

/** NaN stands for "cannot be read" all the way up. */
interface Reader {
  readonly text: string;
  at: number;
}

function sum(reader: Reader): number {
  let value = product(reader);
  for (;;) {
    if (took(reader, "+")) value += product(reader);
    else if (took(reader, "-", "−", "–")) value -= product(reader);
    else return value;
  }
}

function product(reader: Reader): number {
  let value = signed(reader);
  for (;;) {
    if (took(reader, "*", "×", "·", "x")) value *= signed(reader);
    else if (took(reader, "/", "÷", ":")) value /= signed(reader);
    else return value;
  }
}

function signed(reader: Reader): number {
  if (took(reader, "-", "−", "–")) return -signed(reader);
  if (took(reader, "+")) return signed(reader);
  return power(reader);
}

function power(reader: Reader): number {
  const base = atom(reader);
  return took(reader, "^") ? base ** signed(reader) : base;
}

function atom(reader: Reader): number {
  if (took(reader, "(")) {
    const value = sum(reader);
    return took(reader, ")") ? value : Number.NaN;
  }
  const [digits] = /^(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d+)?/i.exec(reader.text.slice(reader.at)) ?? [];
  if (digits === undefined) return Number.NaN;
  reader.at += digits.length;
  return Number(digits.replace(",", "."));
}

function took(reader: Reader, ...signs: readonly string[]): boolean {
  const met = reader.text[reader.at];
  if (met === undefined || !signs.includes(met)) return false;
  reader.at++;
  return true;
}
