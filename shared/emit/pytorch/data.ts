import type { Shape } from "../../nodes/shape.ts";
import type { DataChoice } from "../../train/dataset.ts";
import { type PythonData, pythonData } from "../python/data.ts";
import { pythonLiteral } from "../python/literal.ts";

/** As in the Keras program, save that MNIST comes from torchvision. */
export const torchData = (data: DataChoice, example: Shape): PythonData =>
  data.source === "digits" ? { standardImports: [], lines: digits(example) } : pythonData(data, example);

/** A line for the head of the program. */
export const needsTorch = ({ source }: DataChoice): string =>
  `Needs PyTorch: pip install ${source === "digits" ? "torch torchvision numpy" : "torch numpy"}`;

const digits = (image: Shape): readonly string[] => {
  const batch = pythonLiteral([-1, ...image]);
  return [
    "# Receptive draws its digits itself; MNIST holds their real counterparts.",
    "# The first run downloads it (11 MB).",
    'train_set = datasets.MNIST("mnist", train=True, download=True)',
    'test_set = datasets.MNIST("mnist", train=False, download=True)',
    `train_images = train_set.data.numpy().reshape(${batch}).astype("float32") / 255`,
    `test_images = test_set.data.numpy().reshape(${batch}).astype("float32") / 255`,
    "train_labels, test_labels = train_set.targets.numpy(), test_set.targets.numpy()",
  ];
};
