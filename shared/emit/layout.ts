/** Program text that is not yet broken into lines: a word, or things between brackets. */
export type Text = string | Bracketed;
export interface Bracketed {
  /** What stands before the first item, bracket included: `layers.Dense(`. */
  readonly open: string;
  readonly items: readonly Text[];
  readonly close: string;
  /** Every item on a line of its own, even where all of them would fit on one. */
  readonly listed: boolean;
}

export const bracketed = (open: string, items: readonly Text[], close: string): Bracketed => ({
  open,
  items,
  close,
  listed: false,
});
export const listed = (open: string, items: readonly Text[], close: string): Bracketed => ({
  open,
  items,
  close,
  listed: true,
});

/** The text with more behind it: a call's result called again. */
export const followedBy = (text: Text, end: string): Text =>
  typeof text === "string" ? text + end : { ...text, close: text.close + end };

/** How a language's formatters break lines. */
export interface Layout {
  readonly width: number;
  readonly indent: number;
  readonly trailingComma: boolean;
  /** Whether items that fit on one indented line together stay together. */
  readonly packs: boolean;
}

/** As black does for Python. */
export const pythonLayout: Layout = { width: 88, indent: 4, trailingComma: true, packs: true };
/** As the tidyverse style guide asks for R. */
export const rLayout: Layout = { width: 80, indent: 2, trailingComma: false, packs: false };

/** The text in lines, broken where it must be: the outermost brackets first. `column` is where its first line starts. */
export const laidOut = (text: Text, layout: Layout, column = 0): string => broken(text, layout, 0, column);

function broken(text: Text, layout: Layout, margin: number, column: number): string {
  if (typeof text === "string" || !text.items.length) return onOneLine(text);
  if (!mustBreak(text) && column + onOneLine(text).length <= layout.width) return onOneLine(text);

  const inner = margin + layout.indent;
  const newLine = `\n${" ".repeat(inner)}`;
  const end = `\n${" ".repeat(margin)}${text.close}`;
  const packed = text.items.map(onOneLine).join(", ");
  const several = text.items.length > 1;
  if (layout.packs && several && !mustBreak(text) && inner + packed.length <= layout.width)
    return text.open + newLine + packed + end;

  // A comma will follow each item.
  const items = text.items.map((it) => broken(it, layout, inner, inner + 1));
  const comma = layout.trailingComma && (several || typeof text.items[0] === "string") ? "," : "";
  return text.open + newLine + items.join(`,${newLine}`) + comma + end;
}

const mustBreak = (text: Text): boolean =>
  typeof text !== "string" && (text.listed || text.items.some(mustBreak));

const onOneLine = (text: Text): string =>
  typeof text === "string" ? text : `${text.open}${text.items.map(onOneLine).join(", ")}${text.close}`;
