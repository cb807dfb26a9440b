import { compile } from "../../shared/compile/compile.ts";
import type { Plan, Totals } from "../../shared/compile/plan.ts";
import { counted, grouped, short, shortBytes } from "../../shared/emit/figures.ts";
import { layerTable } from "../../shared/emit/layer-table.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { show } from "../../shared/nodes/shape.ts";
import type { Ending, Io } from "./io.ts";
import { chosen, errorsOf, openDocument } from "./open-design.ts";
import { table } from "./table.ts";
import type { Words } from "./words.ts";

/** What every layer gives and costs. Of a design with problems, the part that works. */
export async function summary(words: Words, io: Io): Promise<Ending> {
  const document = await openDocument(words);
  if ("failed" in document) return document;
  const design = chosen(document, words);
  if ("wrong" in design) return design;
  const plan = compile(design);
  const layers = layerTable(plan);
  if (words.json)
    io.out(`${JSON.stringify({ design: design.name, layers, totals: totalsJson(plan.totals) }, null, 1)}\n`);
  else io.out(asText(design, plan));
  return warned(design, plan, io);
}

/** The totals that commands print, in a fixed order. */
export const totalsJson = ({ parameters, trainable, macs, activationBytes }: Totals): object => ({
  parameters,
  trainable,
  macs,
  activationBytes,
});

/** Numbers of half a design must not pass for those of the whole. */
export function warned(design: Design, plan: Plan, io: Io): Ending {
  const errors = errorsOf(plan).length;
  if (!errors) return "done";
  io.err(`${design.name} has ${counted(errors, "problem")}: the numbers are those of the part that works.\n`);
  return "problems";
}

function asText(design: Design, plan: Plan): string {
  const right = true;
  const columns = [
    { title: "layer" },
    { title: "kind" },
    { title: "output" },
    { title: "parameters", right },
    { title: "trainable", right },
    { title: "multiply-adds", right },
    { title: "sees", right },
  ];
  const rows = layerTable(plan).map((it) => [
    it.id,
    it.kind,
    show(it.output),
    grouped(it.parameters),
    grouped(it.trainable),
    grouped(it.macs),
    show(it.receptiveField),
  ]);
  const { parameters, trainable, macs, activationBytes, receptiveField } = plan.totals;
  const total = ["total", "", "", ...[parameters, trainable, macs].map(grouped), show(receptiveField)];
  const inWords = `${counted(parameters, "parameter")}, ${short(macs)} multiply-adds and ${shortBytes(activationBytes)} of activations per image`;
  return `${design.name}: ${inWords}\n\n${table(columns, [...rows, total])}`;
}
