export type Language = "python" | "r" | "javascript";
export const languageNames: Readonly<Record<Language, string>> = {
  python: "Python",
  r: "R",
  javascript: "JavaScript",
};

export type TokenKind = "comment" | "string" | "keyword" | "number" | "name" | "plain";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const keywords: Readonly<Record<Language, ReadonlySet<string>>> = {
  python: new Set(
    "and as assert break class continue def del elif else except False finally for from if import in is lambda None not or pass raise return True try while with yield".split(
      " ",
    ),
  ),
  r: new Set(
    "break else FALSE for function if in Inf library NA NULL next repeat return TRUE while".split(" "),
  ),
  javascript: new Set(
    "as async await break class const constructor continue else export extends false for from function if import in instanceof let new null of return static super this throw true undefined while".split(
      " ",
    ),
  ),
};

// One alternative per kind; what none of them takes is plain.
const number = String.raw`(?<number>\b(?:0x[\da-f]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?L?)\b)`;
const hashed = new RegExp(
  String.raw`(?<comment>#[^\n]*)|(?<string>"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|${number}|(?<word>[A-Za-z_][\w.]*)`,
  "g",
);
// A regular expression is known by the bracket, comma, equals sign or line before it.
const slashed = new RegExp(
  String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\x60(?:\\.|[^\x60\\])*\x60|(?<=[(,=] *)\/(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\n])+\/[a-z]*)|${number}|(?<word>[A-Za-z_$][\w$]*)`,
  "g",
);
const patterns: Readonly<Record<Language, RegExp>> = { python: hashed, r: hashed, javascript: slashed };

/** A program cut into coloured pieces: enough to read by, no grammar. Joined, the pieces are the text again. */
export function tokens(text: string, language: Language): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  for (const match of text.matchAll(patterns[language])) {
    if (match.index > at) found.push({ kind: "plain", text: text.slice(at, match.index) });
    found.push({ kind: kindOf(match, language), text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ kind: "plain", text: text.slice(at) });
  return found;
}

/** The same by line, without the line ends; a string over several lines continues in its kind. */
export function lines(text: string, language: Language): readonly (readonly Token[])[] {
  const rows: Token[][] = [[]];
  for (const token of tokens(text.replace(/\n$/, ""), language))
    for (const [index, piece] of token.text.split("\n").entries()) {
      if (index > 0) rows.push([]);
      if (piece) rows.at(-1)?.push({ kind: token.kind, text: piece });
    }
  return rows;
}

function kindOf({ groups, 0: text }: RegExpExecArray, language: Language): TokenKind {
  if (groups?.comment !== undefined) return "comment";
  if (groups?.string !== undefined) return "string";
  if (groups?.number !== undefined) return "number";
  return keywords[language].has(text) ? "keyword" : "name";
}
