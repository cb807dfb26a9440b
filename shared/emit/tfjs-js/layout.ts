/** JavaScript as prettier writes it: at most 80 characters a line, two for each indent. */
const width = 80;

/** A property of an object: its name, and a value that is a text or numbers. */
export type Property = readonly [name: string, value: string | Numbers];
export type Numbers = readonly number[] | readonly (readonly number[])[];

/** `tf.layers.dense({ units: 10 })` in lines, `margin` spaces from the left; `taken` stands before and behind it. */
export function calledWith(
  open: string,
  properties: readonly Property[],
  { margin = 0, taken = 0 }: { readonly margin?: number; readonly taken?: number } = {},
): string {
  if (!properties.length) return `${open}()`;
  const items = properties.map(([name, value]) => `${name}: ${written(value, margin + 2)}`);
  const line = `${open}({ ${items.join(", ")} })`;
  if (!line.includes("\n") && margin + taken + line.length <= width) return line;
  const inner = " ".repeat(margin + 2);
  return `${open}({\n${items.map((it) => `${inner}${it},\n`).join("")}${" ".repeat(margin)}})`;
}

function written(value: Property[1], margin: number): string {
  if (typeof value === "string") return value;
  if (typeof value[0] === "number") return flat(value);
  // A matrix has one row a line.
  const inner = " ".repeat(margin + 2);
  const rows = value.map((it) => `${inner}${typeof it === "number" ? it : flat(it)},\n`);
  return `[\n${rows.join("")}${" ".repeat(margin)}]`;
}

const flat = (it: Numbers): string =>
  `[${it.map((item) => (typeof item === "number" ? item : flat(item))).join(", ")}]`;
