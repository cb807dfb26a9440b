/** One empty line between sections, two around functions and classes, as PEP 8 wants. */
export function sectioned(sections: readonly (readonly string[])[]): string {
  let text = "";
  let before: readonly string[] = [];
  for (const section of sections.filter((it) => it.length)) {
    const defines = /^(def |class |@)/.test(section[0] ?? "") || /^\s/.test(inLastDefinition(before));
    text += `${text && (defines ? "\n\n" : "\n")}${section.join("\n")}\n`;
    before = section;
  }
  return text;
}

/** The last line of a section when it stands inside a function or class, else nothing. */
const inLastDefinition = (section: readonly string[]): string => {
  const lastTopLevel = section.findLast((it) => /^\S/.test(it)) ?? "";
  return /^(def |class )/.test(lastTopLevel) ? (section.at(-1) ?? "") : "";
};
