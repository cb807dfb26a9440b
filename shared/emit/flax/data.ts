import type { Shape } from "../../nodes/shape.ts";
import type { DataChoice } from "../../train/dataset.ts";
import { idxReaders, type PythonData, pythonData } from "../python/data.ts";

/** As in the Keras program, save that MNIST comes as its IDX files. */
export const flaxData = (data: DataChoice, example: Shape): PythonData =>
  data.source === "digits"
    ? { standardImports: ["import gzip", "from urllib.request import urlretrieve"], lines: digits(example) }
    : pythonData(data, example);

const digits = (image: Shape): readonly string[] => [
  "# Receptive draws its digits itself; MNIST holds their real counterparts.",
  "# The first run downloads it (11 MB).",
  'mnist = Path("mnist")',
  "mnist.mkdir(exist_ok=True)",
  'origin = "https://storage.googleapis.com/cvdf-datasets/mnist"',
  'for part in ("train", "t10k"):',
  '    for what in ("images-idx3", "labels-idx1"):',
  '        file = mnist / f"{part}-{what}-ubyte.gz"',
  "        if not file.exists():",
  '            urlretrieve(f"{origin}/{file.name}", file)',
  "",
  "",
  ...idxReaders("mnist", image),
  "",
  "",
  'train_images, train_labels = read_pair("train")',
  'test_images, test_labels = read_pair("t10k")',
];
