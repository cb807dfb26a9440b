import type { Ending, Io } from "./io.ts";
import { table } from "./table.ts";
import type { Words } from "./words.ts";

const sources: readonly (readonly string[])[] = [
  ["stripes", "50×50×1", "ten bars, all vertical or all horizontal; generated"],
  ["digits", "28×28×1", "the ten digits, drawn from strokes of our own; generated"],
  ["spirals", "2", "points on three spiral arms, for dense nets; generated"],
  ["folder", "any", "IDX files as of MNIST and its successors; name it with --data DIR"],
  [
    "table",
    "n",
    "CSV with a column of classes (label, class, species … or the last); name it with --data FILE",
  ],
];

/** Names the data a design can train on. */
export async function data({ operands: [what] }: Words, io: Io): Promise<Ending> {
  if (what !== "list") return { wrong: `unknown word ${JSON.stringify(what)}. It can be list.` };
  io.out(table([{ title: "source" }, { title: "input" }, { title: "what it is" }], sources));
  return "done";
}
