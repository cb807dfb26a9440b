/** Every option of every command; `takes` is the word for its value in the usage. */
export const options = {
  design: { takes: "NAME", hint: "the design to use, where the document holds several" },
  data: { takes: "DIR", hint: "folder of IDX files, or CSV table, to use instead of the document's data" },
  epochs: { takes: "N", hint: "how often every training example is shown" },
  batch: { takes: "N", hint: "examples per training step; those of the document when left out" },
  seed: { takes: "N", hint: "same seed, same backend: same result" },
  backend: { takes: "NAME", hint: "simd or cpu; the fastest that works when left out" },
  format: { takes: "F", hint: "what to export as" },
  weights: { takes: "DIR", hint: "folder of weights, as train --out and import write it" },
  onto: { takes: "FILE", hint: "document with the design that weights alone belong to" },
  out: { takes: "PATH", hint: "where the result goes" },
  explain: { takes: undefined, hint: "print where every number comes from" },
  gaps: { takes: undefined, hint: "write the design although layers are missing" },
  "no-advice": { takes: undefined, hint: "print problems only" },
  json: { takes: undefined, hint: "print one JSON value on standard output" },
} as const satisfies Record<string, { readonly takes: string | undefined; readonly hint: string }>;
export type OptionName = keyof typeof options;
/** Options without a value. */
export type FlagName = {
  [K in OptionName]: (typeof options)[K]["takes"] extends undefined ? K : never;
}[OptionName];

/** What a command accepts. */
export interface Accepts {
  /** Names of its operands in order, as in the usage: `FILE`. One at the end with `…` may be repeated. */
  readonly operands: readonly string[];
  /** Those in brackets may be left out. */
  readonly options: readonly OptionName[];
  readonly required?: readonly OptionName[];
}

/** The words behind a command, checked against what it accepts. */
export interface Words {
  readonly operands: readonly string[];
  readonly values: Readonly<Partial<Record<OptionName, string>>>;
  readonly flags: ReadonlySet<FlagName>;
  readonly json: boolean;
}

/**
 * Reads `--name VALUE`, `--name=VALUE` and operands in any order; `--` ends the options. Complaints name the word and
 * what is accepted instead.
 */
export function readWords(argv: readonly string[], accepts: Accepts): Words | { readonly wrong: string } {
  const operands: string[] = [];
  const values: Partial<Record<OptionName, string>> = {};
  const flags = new Set<FlagName>();
  const waiting = [...argv];
  for (let word = waiting.shift(); word !== undefined; word = waiting.shift()) {
    if (word === "--") operands.push(...waiting.splice(0));
    else if (!/^-./.test(word)) operands.push(word);
    else {
      const [written = "", ...rest] = word.split("=");
      const name = accepts.options.find((it) => `--${it}` === written);
      if (!name) return { wrong: `unknown option ${written}. ${known(accepts)}` };
      if (values[name] !== undefined || (isFlag(name) && flags.has(name)))
        return { wrong: `${written} is given twice. Give it once.` };
      if (isFlag(name)) {
        if (rest.length) return { wrong: `${written} takes no value, got ${word}.` };
        flags.add(name);
        continue;
      }
      const value = rest.length ? rest.join("=") : waiting[0]?.startsWith("--") ? undefined : waiting.shift();
      if (!value) return { wrong: `${written} needs a value: ${written} ${options[name].takes}.` };
      values[name] = value;
    }
  }
  const missing = accepts.operands[operands.length]?.replace("…", "");
  if (missing) return { wrong: `${missing} is missing.` };
  const isOpen = accepts.operands.at(-1)?.endsWith("…");
  const extra = isOpen ? undefined : operands[accepts.operands.length];
  if (extra !== undefined) return { wrong: `unexpected word ${JSON.stringify(extra)}.` };
  const wanted = accepts.required?.find((it) => values[it] === undefined);
  if (wanted) return { wrong: `--${wanted} ${options[wanted].takes} is missing.` };
  return { operands, values, flags, json: flags.has("json") };
}

const isFlag = (name: OptionName): name is FlagName => options[name].takes === undefined;

const known = ({ options: names }: Accepts): string =>
  names.length ? `It can have ${names.map((it) => `--${it}`).join(", ")}.` : "It has no options.";
