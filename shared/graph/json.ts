import { limits } from "./limits.ts";

export type Parsed = { readonly value: unknown } | { readonly refused: string };

/**
 * JSON.parse for text from outside. Refuses in one sentence, with line and column: what is not JSON, keys that occur
 * twice, that no document has or that could reach an object's prototype, deep nesting, and more than `limits.characters`.
 * The value comes from JSON.parse; the scan before it only finds places (grammar: RFC 8259).
 */
export function parseJson(text: string): Parsed {
  if (text.length > limits.characters)
    return {
      refused: `The file has ${text.length} characters; at most 32 MiB can be opened. Split it into several documents.`,
    };
  const json = text.startsWith("\ufeff") ? text.slice(1) : text;
  if (json.trim() === "") return { refused: "The file is empty. Take an earlier copy of it." };
  const flaw = findFlaw(json, documentRules);
  return flaw ? { refused: flaw } : { value: JSON.parse(json) };
}

/**
 * JSON.parse for the files of other programs, which may be deeper and have any keys: of keys that occur twice the last
 * holds. Its objects have keys of their own only: read them by names that no object inherits. Refuses with line and column.
 */
export function parseForeignJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { refused: findFlaw(text, foreignRules) ?? "It is not JSON. Take another copy of it." };
  }
}

interface Rules {
  /** Nesting of lists and objects. */
  readonly depth: number;
  readonly tooDeep: string;
  wrongKey(key: string, seen: Set<string>): string | undefined;
}

const documentRules: Rules = { depth: limits.depth, tooDeep: "A document needs 7.", wrongKey };
const foreignRules: Rules = { depth: 500, tooDeep: "No model needs as many.", wrongKey: () => undefined };

const forbiddenKeys: readonly string[] = ["__proto__", "constructor", "prototype"];

/** The first place at which the text is not JSON that we take, in a sentence. */
function findFlaw(text: string, rules: Rules): string | undefined {
  let at = 0;

  const complain = (what: string): string => `${placeOf(text, at)}: ${what}`;
  const expected = (wanted: string): string =>
    complain(
      at >= text.length
        ? `the file ends where ${wanted} should follow, so its end is missing. Take an earlier copy of it.`
        : `${wanted} is expected, got ${met(text, at)}. Mend it in a text editor.`,
    );

  function skipSpace(): void {
    while (isSpace(text.charCodeAt(at))) at++;
  }

  function takes(letter: string): boolean {
    skipSpace();
    if (text[at] !== letter) return false;
    at++;
    return true;
  }

  function value(depth: number): string | undefined {
    skipSpace();
    if (depth > rules.depth)
      return complain(`lists and objects are nested deeper than ${rules.depth}. ${rules.tooDeep}`);
    switch (text[at]) {
      case "{":
        return object(depth);
      case "[":
        return list(depth);
      case '"':
        return string();
      default:
        return word();
    }
  }

  function object(depth: number): string | undefined {
    at++;
    if (takes("}")) return undefined;
    const keys = new Set<string>();
    do {
      skipSpace();
      const start = at;
      const flaw = text[at] === '"' ? string() : expected("a key in quotes");
      if (flaw) return flaw;
      const wrong = rules.wrongKey(keyIn(text.slice(start, at)), keys);
      if (wrong) {
        at = start;
        return complain(wrong);
      }
      if (!takes(":")) return expected("a colon after the key");
      const inner = value(depth + 1);
      if (inner) return inner;
    } while (takes(","));
    return takes("}") ? undefined : expected("a comma or }");
  }

  function list(depth: number): string | undefined {
    at++;
    if (takes("]")) return undefined;
    do {
      const flaw = value(depth + 1);
      if (flaw) return flaw;
    } while (takes(","));
    return takes("]") ? undefined : expected("a comma or ]");
  }

  function string(): string | undefined {
    at++;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 0x22) break;
      if (Number.isNaN(code)) return expected("the end of a text in quotes");
      if (code < 0x20) return expected("the end of a text in quotes, on the same line,");
      at++;
      if (code === 0x5c) {
        const escaped = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(at, at + 5));
        if (!escaped) return expected("a JSON escape after \\");
        at += escaped[0].length;
      }
    }
    at++;
    return undefined;
  }

  function word(): string | undefined {
    const start = at;
    while (isWordLetter(text.charCodeAt(at))) at++;
    const found = text.slice(start, at);
    if (/^(?:true|false|null)$/.test(found)) return undefined;
    // Longer numbers than this say nothing that a double can hold.
    if (found.length <= 400 && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(found)) return undefined;
    at = start;
    return expected("a number, a text in quotes, true, false, null, a list or an object");
  }

  const flaw = value(1);
  if (flaw) return flaw;
  skipSpace();
  return at < text.length ? expected("the end of the file") : undefined;
}

function wrongKey(key: string, seen: Set<string>): string | undefined {
  if (forbiddenKeys.includes(key)) return `the key "${key}" is not allowed. Remove it.`;
  // What reads the value may put its keys into messages.
  if (!/^[\w.-]{1,64}$/.test(key))
    return `${shown(key)} cannot be a key of a document. Remove or correct it.`;
  if (seen.has(key)) return `the key ${shown(key)} stands twice in one object. Remove one of them.`;
  seen.add(key);
  return undefined;
}

const keyIn = (quoted: string): string =>
  quoted.includes("\\") ? String(JSON.parse(quoted)) : quoted.slice(1, -1);

/** A text from a file, safe and short enough for a message. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

const met = (text: string, at: number): string =>
  shown(
    /^[\w.+-]{1,41}/.exec(text.slice(at, at + 41))?.[0] ?? String.fromCodePoint(text.codePointAt(at) ?? 0),
  );

function placeOf(text: string, at: number): string {
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < at; end = text.indexOf("\n", end + 1)) {
    line++;
    lineStart = end + 1;
  }
  return `Line ${line}, column ${at - lineStart + 1}`;
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

const isWordLetter = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x61 && code <= 0x7a) ||
  code === 0x2b ||
  code === 0x2d ||
  code === 0x2e;
