import { show } from "../../nodes/shape.ts";
import { counted } from "../figures.ts";
import { type Format, type FormatName, formats } from "../index.ts";
import { inOneLine } from "../keras-program.ts";
import type { Subject } from "../subject.ts";
import { tolerance } from "./checks.ts";
import type { Examples } from "./probes.ts";

/** What went into a bundle, for its README and manifest. */
export interface Contents {
  readonly subject: Subject;
  readonly trained: boolean;
  readonly included: readonly {
    readonly name: FormatName;
    readonly paths: readonly string[];
    /** The program that runs the probes. */
    readonly check?: string;
    /** How the files were checked before they went in, in a sentence. */
    readonly proof?: string;
  }[];
  readonly refused: readonly { readonly name: FormatName; readonly why: string }[];
  readonly probes: Examples;
  readonly answers: Examples;
}

const titleOf = (name: FormatName): string => {
  const { title }: Format = formats[name];
  return title;
};

const origin = ({ trained, subject: { recipe } }: Contents): string =>
  trained ? "trained" : `untrained: those that seed ${recipe.seed} starts with`;

export function readMe(contents: Contents): string {
  const { subject, included, refused, probes, answers } = contents;
  const { totals } = subject.plan;
  const title = inOneLine(subject.title);
  const width = Math.max(...included.flatMap((it) => it.paths.map((path) => path.length)), 22);
  const line = (path: string, words: string): string => `  ${path.padEnd(width)}  ${words}`;
  const proofs = included.flatMap(({ name, proof }) => (proof ? [`- ${titleOf(name)}: ${proof}`] : []));
  const listed = new Set(included.flatMap((it) => it.paths));
  const checked = included.filter((it) => it.check);
  return [
    title,
    "=".repeat([...title].length),
    "",
    `${show(probes.shape.slice(1))} → ${show(answers.shape.slice(1))}, ${counted(totals.parameters, "parameter")}. The weights are ${origin(contents)}.`,
    "",
    "What is here",
    "",
    line("design.receptive", "The design, to open in Receptive"),
    ...included.flatMap(({ name, paths }) => paths.map((path) => line(path, titleOf(name)))),
    ...(listed.has("programs/weights.npz")
      ? []
      : [line("programs/weights.npz", "Weights for NumPy, named layer/array, axes in Keras' order")]),
    line("probes/inputs.npy", `Probes: ${show(probes.shape)}, values from 0 to 1`),
    line("probes/outputs.npy", `What the design says to them: ${show(answers.shape)}`),
    line("probes/probes.json", "Both as JSON, row by row"),
    line("manifest.json", "All this for programs"),
    ...(checked.length ? ["", "See for yourself", ""] : []),
    ...checked.map(({ check = "", name }) => line(check, `Runs the probes through the ${titleOf(name)}`)),
    ...(checked.length
      ? [
          "",
          `Each prints one line, and its exit status is 0 where all answers differ by at most ${tolerance}`,
          "(relative where they exceed 1). It says what it needs where that is missing.",
        ]
      : []),
    ...(proofs.length ? ["", "How they were checked before they went in", "", ...proofs] : []),
    ...(refused.length ? ["", "What this design cannot be written as", ""] : []),
    ...refused.map(({ name, why }) => `- ${titleOf(name)}: ${why}`),
    "",
  ].join("\n");
}

/** For programs. Versioned as documents are. */
export const manifest = (
  contents: Contents,
  files: readonly { readonly path: string; readonly bytes: number }[],
): object => ({
  receptiveBundle: 1,
  design: inOneLine(contents.subject.title),
  parameters: contents.subject.plan.totals.parameters,
  weights: contents.trained ? "trained" : "initial",
  probes: {
    inputs: { path: "probes/inputs.npy", shape: contents.probes.shape },
    outputs: { path: "probes/outputs.npy", shape: contents.answers.shape },
    tolerance,
  },
  formats: contents.included.map(({ name, paths, check, proof }) => ({
    name,
    files: paths,
    ...(check ? { check } : {}),
    ...(proof ? { proof } : {}),
  })),
  refused: contents.refused.map(({ name, why }) => ({ name, why })),
  files,
});
