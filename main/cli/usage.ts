import { formats } from "../../shared/emit/index.ts";
import type { Command } from "./run.ts";
import { table } from "./table.ts";
import { type OptionName, options } from "./words.ts";

/** What `receptive help` prints. */
export function usageOf(commands: Readonly<Record<string, Command>>): string {
  const used = new Set(Object.values(commands).flatMap((it) => it.options));
  const optionNames = Object.keys(options).filter((it): it is OptionName => used.has(it as OptionName));
  return [
    "usage: receptive COMMAND …\n\n",
    ...Object.entries(commands).map(([name, it]) => `  ${lineOf(name, it)}\n      ${it.summary}\n`),
    "\n",
    indented(
      table(
        [{ title: "options" }, { title: "" }],
        optionNames.map((it) => [`--${it} ${options[it].takes ?? ""}`.trimEnd(), options[it].hint]),
      ),
    ),
    "\n",
    indented(
      table(
        [{ title: "formats" }, { title: "" }],
        Object.entries(formats).map(([name, it]) => [name, it.description]),
      ),
    ),
    "\nExit status: 0 done, 1 the design has problems or the job failed, 2 wrong usage.\n",
  ].join("");
}

function lineOf(name: string, { operands, options: names, required = [] }: Command): string {
  const written = names.map((it) => {
    const word = `--${it} ${options[it].takes ?? ""}`.trimEnd();
    return required.includes(it) ? word : `[${word}]`;
  });
  return [name, ...operands, ...written].join(" ");
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, "  ");
