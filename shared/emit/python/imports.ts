/** Each once, `import` before `from`, as isort has it. */
export const ordered = (imports: readonly string[]): readonly string[] =>
  [...new Set(imports)].toSorted(
    (a, b) => Number(a.startsWith("from")) - Number(b.startsWith("from")) || (a < b ? -1 : 1),
  );
