import type { Line } from "../../shared/compile/derivations.ts";
import type { Figures, Preview } from "../../shared/compile/preview.ts";
import { counted, grouped, short } from "../../shared/emit/figures.ts";
import { kinds } from "../../shared/nodes/index.ts";
import { show } from "../../shared/nodes/shape.ts";
import type { Explanation } from "./explained.ts";

/** More layers than this are only counted. */
const mostLines = 6;

/** What an edit would do, layer by layer and in all: `dense_1  784 → 196, 31,400 → 7,880 parameters`. */
export function previewWords(title: string, preview: Preview): Explanation {
  const { added, changed, removed, totals, raised } = preview;
  const layers: readonly Line[] = [
    ...added.map((it) =>
      line(it.id, `new ${kinds[it.kind].title}`, [shape(it.after), parameters(it.after.parameters)]),
    ),
    ...changed.map((it) => line(it.id, "", changeOf(it.before, it.after))),
    ...removed.map((it) => line(it.id, "", ["goes"])),
  ];
  const left = layers.length - mostLines;
  return {
    title,
    value: "",
    note: noteOf(preview),
    lines: [
      ...(left > 1 ? layers.slice(0, mostLines) : layers),
      ...(left > 1 ? [line("", "", [`and ${left} more layers`])] : []),
      line("in all", "", totalOf(totals.before.parameters, totals.after.parameters, "parameter")),
      line("", "", totalOf(totals.before.macs, totals.after.macs, "multiply-add")),
      ...raised.map((it) => line("then", "", [it.message])),
    ].filter((it) => it.worked !== ""),
  };
}

const line = (name: string, formula: string, parts: readonly string[]): Line => ({
  name,
  formula,
  worked: parts.filter(Boolean).join(" · "),
});

/** The layers that an edit touches, to be pointed at. */
export const touched = ({ changed, removed, rewired }: Preview): readonly string[] => [
  ...changed.map((it) => it.id),
  ...removed.map((it) => it.id),
  ...rewired,
];

function changeOf(before: Figures, after: Figures): readonly string[] {
  const [was, is] = [shape(before), shape(after)];
  return [
    was === is ? "" : `${was} → ${is}`,
    before.parameters === after.parameters
      ? ""
      : `${grouped(before.parameters)} → ${parameters(after.parameters) || "0 parameters"}`,
    before.macs === after.macs || was !== is || before.parameters !== after.parameters
      ? ""
      : `${short(before.macs)} → ${short(after.macs)} multiply-adds`,
  ];
}

const shape = ({ output }: Figures): string => (output ? show(output) : "?");
const parameters = (count: number): string => (count ? counted(count, "parameter") : "");

const totalOf = (before: number, after: number, noun: string): readonly string[] =>
  before === after ? [] : [`${grouped(before)} → ${counted(after, noun)}`];

function noteOf({ solved, raised, changed, added, removed }: Preview): string | undefined {
  if (solved.length > 1) return `Solves ${solved.length} problems at once.`;
  const isSilent = changed.length + added.length + removed.length === 0;
  return isSilent && raised.length === 0 ? "No shape and no count changes." : undefined;
}
