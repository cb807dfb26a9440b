import type { Step } from "../../compile/plan.ts";
import { pairOf, showPair, type Value } from "../../nodes/settings.ts";
import { show } from "../../nodes/shape.ts";
import { cutTo, textWidth } from "../svg/text-width.ts";
import type { Block } from "./blocks.ts";

/** One line under a block. */
export interface Line {
  readonly text: string;
  readonly look: "shape" | "operation" | "remark" | "name";
}

export interface Caption {
  readonly lines: readonly Line[];
  /** Width of the widest line, in pixels. */
  readonly width: number;
  /** What the block does, in words; the same for layers that differ by name alone. */
  readonly says: string;
}

export const looks: Readonly<
  Record<Line["look"], { readonly size: number; readonly mono: boolean; readonly weight: number }>
> = {
  shape: { size: 13, mono: false, weight: 600 },
  operation: { size: 12, mono: false, weight: 400 },
  remark: { size: 12, mono: false, weight: 400 },
  name: { size: 10, mono: true, weight: 400 },
};
export const lineHeight = 16;
const room = 92;

/** Output shape, operation with its window, what follows it (`relu, dropout 0.5`), and the layer's name. */
export function captionOf({ step, folded, repeated }: Pick<Block, "step" | "folded" | "repeated">): Caption {
  const operation = operationOf(step);
  const remarks = [...strides(step), ...activationOf(step), ...folded.map(remarkOf)];
  const times = repeated.length > 1 ? `${repeated.length} × ` : "";
  const last = repeated.at(-1)?.node.id ?? step.node.id;
  const lines = [
    ...wrapped(show(step.output).split(/(?<=×)/), "", "shape"),
    ...wrapped(`${times}${operation}`.split(" "), " ", "operation"),
    ...wrapped(
      remarks
        .map((it, index) => (index + 1 < remarks.length ? `${it},` : it))
        .flatMap((it) => (textWidth(it, looks.remark.size) > room ? it.split(" ") : it)),
      " ",
      "remark",
    ),
    ...wrapped(repeated.length > 1 ? [`${step.node.id} –`, last] : [step.node.id], " ", "name"),
  ];
  const width = Math.max(...lines.map((it) => textWidth(it.text, looks[it.look].size, looks[it.look].mono)));
  return { lines, width, says: [show(step.output), operation, ...remarks].join("; ") };
}

/** `conv 5×5`, `global average pool`. */
function operationOf({ kind: { title }, values }: Step): string {
  const window = windowOf(values.kernel ?? values.size);
  return `${title.replace(/ 2D\b/, "").toLowerCase()}${window ? ` ${showPair(window)}` : ""}`;
}

/** A setting that is a size along both axes, if it is one. */
export function windowOf(value: Value | undefined): readonly [number, number] | undefined {
  return typeof value === "number" || typeof value === "object" ? pairOf(value) : undefined;
}

/** A pool's stride is its size unless something else is said. */
function strides({ values }: Step): readonly string[] {
  const usual = values.kernel === undefined ? windowOf(values.size) : [1, 1];
  const stride = windowOf(values.stride);
  const dilation = windowOf(values.dilation);
  return [
    ...(stride && stride.join("×") !== usual?.join("×") ? [`stride ${short(stride)}`] : []),
    ...(dilation && showPair(dilation) !== "1×1" ? [`dilation ${short(dilation)}`] : []),
  ];
}

const short = (pair: readonly [number, number]): string =>
  pair[0] === pair[1] ? String(pair[0]) : showPair(pair);

const activationOf = ({ values: { activation } }: Step): readonly string[] =>
  typeof activation === "string" && activation !== "linear" ? [activation] : [];

/** `batch norm`, `dropout 0.5`; of an activation its function alone. */
const remarkOf = ({ kind, values }: Step): string =>
  values.function === undefined
    ? `${kind.title.replace(/ 2D\b/, "").toLowerCase()} ${kind.notation(values)}`.trim()
    : kind.notation(values);

/** Parts in lines of at most `room` pixels. */
function wrapped(parts: readonly string[], joint: string, look: Line["look"]): readonly Line[] {
  const { size, mono } = looks[look];
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = last === undefined ? part : `${last}${joint}${part}`;
    if (last !== undefined && textWidth(longer, size, mono) <= room) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines.filter((it) => it).map((it) => ({ text: cutTo(it, room + 24, size, mono), look }));
}
