import type { Language } from "./tokens.ts";

/** The formats that are programs, by their names among the export formats, and how the Code tab calls them. */
export const programs = [
  { name: "keras-python", label: "Keras", language: "python" },
  { name: "keras-r", label: "R keras3", language: "r" },
  { name: "keras-r-legacy", label: "R keras", language: "r" },
  { name: "pytorch", label: "PyTorch", language: "python" },
  { name: "train-ddp", label: "torchrun", language: "python" },
  { name: "flax", label: "Flax", language: "python" },
  { name: "tfjs-js", label: "TensorFlow.js", language: "javascript" },
] as const satisfies readonly {
  readonly name: string;
  readonly label: string;
  readonly language: Language;
}[];
export type ProgramName = (typeof programs)[number]["name"];

export const languageOf = (program: ProgramName): Language =>
  programs.find((it) => it.name === program)?.language ?? "python";
