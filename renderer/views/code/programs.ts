/** The formats that are programs, by their names among the export formats, and how the Code tab calls them. */
export const programs = [
  { name: "keras-python", label: "Keras in Python" },
  { name: "keras-r", label: "Keras in R" },
  { name: "pytorch", label: "PyTorch" },
  { name: "train-ddp", label: "PyTorch, torchrun" },
] as const;
export type ProgramName = (typeof programs)[number]["name"];
