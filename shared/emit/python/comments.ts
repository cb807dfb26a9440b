/** Lines as comments of Python, R and their like. */
export const commented = (lines: readonly string[]): readonly string[] =>
  lines.map((it) => `# ${it}`.trimEnd());
