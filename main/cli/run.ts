import { check } from "./check.ts";
import { compare } from "./compare.ts";
import { data } from "./data.ts";
import { exportDesign } from "./export.ts";
import { importDesign } from "./import.ts";
import type { Ending, Io } from "./io.ts";
import { summary } from "./summary.ts";
import { trainDesign } from "./train.ts";
import { usageOf } from "./usage.ts";
import { type Accepts, readWords, type Words } from "./words.ts";

/** One command: what it is good for, the words it takes, what it does. */
export interface Command extends Accepts {
  readonly summary: string;
  run(words: Words, io: Io): Promise<Ending>;
}

const file = ["FILE"] as const;

/** Every command, in the order of the usage. */
export const commands: Readonly<Record<string, Command>> = {
  check: {
    summary: "lists what is wrong with the designs, what would repair it, and advice",
    operands: file,
    options: ["design", "no-advice", "json"],
    run: check,
  },
  summary: {
    summary: "shows what each layer gives, costs and sees, and how each number comes about",
    operands: file,
    options: ["design", "batch", "explain", "json"],
    run: summary,
  },
  compare: {
    summary: "shows one row of totals per design",
    operands: file,
    options: ["batch", "json"],
    run: compare,
  },
  train: {
    summary: "trains a design and measures it on the test images; Ctrl-C stops and keeps the weights",
    operands: file,
    options: ["design", "data", "epochs", "batch", "seed", "backend", "weights", "out", "json"],
    run: trainDesign,
  },
  export: {
    summary: "writes a model, a program or a picture",
    operands: file,
    options: ["design", "format", "weights", "out"],
    required: ["format", "out"],
    run: exportDesign,
  },
  import: {
    summary:
      "reads a model of Keras, TensorFlow.js or ONNX, or weights onto a design, and says what became of it",
    operands: ["PATH…"],
    options: ["out", "weights", "onto", "design", "gaps", "json"],
    run: importDesign,
  },
  data: {
    summary: "names the data to train on: data list",
    operands: ["list"],
    options: [],
    run: data,
  },
};

/** Runs one command; `argv` are the words behind the program's name. Resolves to the exit status. */
export async function run(argv: readonly string[], io: Io): Promise<0 | 1 | 2> {
  const [name, ...rest] = argv;
  if (name === "help" || argv.includes("--help") || argv.includes("-h")) {
    io.out(usageOf(commands));
    return 0;
  }
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    io.err(`receptive: ${name === undefined ? "a command is missing" : `unknown command ${name}`}.\n\n`);
    io.err(usageOf(commands));
    return 2;
  }
  const words = readWords(rest, command);
  const ending = "wrong" in words ? words : await ended(command, words, io);
  if (ending === "done") return 0;
  if (ending === "problems") return 1;
  if ("wrong" in ending) {
    io.err(`receptive ${name}: ${ending.wrong} See receptive help.\n`);
    return 2;
  }
  io.err(`${ending.failed}\n`);
  if (argv.includes("--json")) io.out(`${JSON.stringify({ error: ending.failed })}\n`);
  return 1;
}

/** A bug of ours ends in one sentence as well. */
async function ended(command: Command, words: Words, io: Io): Promise<Ending> {
  try {
    return await command.run(words, io);
  } catch (thrown) {
    const what = thrown instanceof Error ? thrown.message : String(thrown);
    return { failed: `Receptive met a mistake of its own: ${what.split("\n")[0]}. Please report it.` };
  }
}
