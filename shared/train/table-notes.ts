import type { Table } from "./dataset.ts";

/** What was made of a table before a network sees it, as sentences for people. */
export function tableNotes({ inputs, label, leftOut, rowsWithGaps, shuffled }: Table): readonly string[] {
  const standardised = inputs.filter((it) => it.standardised).length;
  const constant = inputs.filter((it) => it.deviation === 0).map((it) => it.name);
  const ofText = shuffled ? inputs.length - standardised : 0;
  return [
    `Classes come from the column “${label}”.`,
    ...(standardised
      ? [
          "Numbers are standardised: minus the mean of the training rows, divided by their deviation" +
            `${constant.length ? `; ${named(constant)} never ${constant.length > 1 ? "change" : "changes"} and stays 0` : ""}.`,
        ]
      : []),
    ...(ofText ? [`${ofText} inputs stand for texts: 1 where a row has this text, else 0.`] : []),
    ...(leftOut.length
      ? [`Left out: ${named(leftOut)}, which only ${leftOut.length > 1 ? "count" : "counts"} the rows.`]
      : []),
    ...(rowsWithGaps
      ? [`Left out: ${rowsWithGaps} ${rowsWithGaps > 1 ? "rows" : "row"} with missing cells.`]
      : []),
    ...(shuffled ? ["Rows are shuffled once; the last 15 % test."] : []),
  ];
}

const named = (names: readonly string[]): string =>
  names.length > 3
    ? `${names.length} columns`
    : names
        .map((it) => `“${it}”`)
        .join(", ")
        .replace(/, (?=[^,]*$)/, " and ");
