import type { Shape } from "../../nodes/shape.ts";
import type { DataChoice } from "../../train/dataset.ts";
import { pythonLiteral } from "./literal.ts";
import { pythonTable } from "./table.ts";

/** What a program needs to get its images: modules of the standard library, and code that ends with the four arrays. */
export interface PythonData {
  readonly standardImports: readonly string[];
  readonly lines: readonly string[];
}

/** Code that leaves `train_images`, `train_labels`, `test_images` and `test_labels`, pixels from 0 to 1, or the rows of a table. */
export function pythonData(data: DataChoice, image: Shape): PythonData {
  switch (data.source) {
    case "digits":
      return { standardImports: [], lines: digits(image) };
    case "stripes":
      return { standardImports: [], lines: stripes(image) };
    case "spirals":
      return { standardImports: [], lines: spirals };
    case "table":
      return {
        standardImports: ["import csv", "import re", "from pathlib import Path"],
        lines: pythonTable(data.name),
      };
    case "folder":
      return {
        standardImports: ["import gzip", "from pathlib import Path"],
        lines: folder(data.name, image),
      };
  }
}

const batchOf = (image: Shape): string => pythonLiteral([-1, ...image]);

const digits = (image: Shape): readonly string[] => [
  "# Receptive draws its digits itself; MNIST holds their real counterparts.",
  "# The first run downloads it (11 MB).",
  "mnist = keras.datasets.mnist.load_data()",
  "(train_images, train_labels), (test_images, test_labels) = mnist",
  `train_images = train_images.reshape(${batchOf(image)}).astype("float32") / 255`,
  `test_images = test_images.reshape(${batchOf(image)}).astype("float32") / 255`,
];

const stripes = (image: Shape): readonly string[] => [
  "def stripes(count, seed):",
  '    """50×50 images of ten bars, all vertical (class 0) or all horizontal (class 1)."""',
  "    random = np.random.default_rng(seed)",
  '    images = np.zeros((count, 50, 50), dtype="float32")',
  "    labels = np.arange(count) % 2",
  "    for image, label in zip(images, labels):",
  "        for _ in range(10):",
  "            start, across = random.integers(0, 50, size=2)",
  "            end = random.integers(start, 50)",
  "            if label == 0:",
  "                image[start:end, across] = 1",
  "            else:",
  "                image[across, start:end] = 1",
  `    return images.reshape(${batchOf(image)}), labels`,
  "",
  "",
  "train_images, train_labels = stripes(2000, seed=1)",
  "test_images, test_labels = stripes(500, seed=2)",
];

const spirals: readonly string[] = [
  "def spirals(count, seed):",
  '    """Points [x, y] on three spiral arms, one class each."""',
  "    random = np.random.default_rng(seed)",
  "    labels = np.arange(count) % 3",
  "    radius = random.uniform(0.05, 1, count)",
  "    angle = 2 * np.pi * (labels / 3 + 0.75 * radius) + random.normal(0, 0.12, count)",
  "    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)",
  '    return points.astype("float32"), labels',
  "",
  "",
  "train_images, train_labels = spirals(1500, seed=1)",
  "test_images, test_labels = spirals(300, seed=2)",
];

const folder = (name: string, image: Shape): readonly string[] => [
  "# The folder with train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped or not,",
  "# and t10k-images… and t10k-labels… where there is a test set.",
  `folder = Path(${pythonLiteral(name)})`,
  "",
  "",
  ...idxReaders("folder", image),
  "",
  "",
  'pairs = [read_pair(it) for it in ("train", "t10k") if any(folder.glob(f"{it}-images*"))]',
  "if not pairs:",
  '    raise SystemExit(f"No IDX files in {folder.resolve()}: correct the line folder = …")',
  "train_images, train_labels = pairs[0]",
  "if len(pairs) == 2:",
  "    test_images, test_labels = pairs[1]",
  "else:",
  "    # Only one pair of files: its last 15 % become the test set.",
  "    split = len(train_images) * 85 // 100",
  "    test_images, test_labels = train_images[split:], train_labels[split:]",
  "    train_images, train_labels = train_images[:split], train_labels[:split]",
];

/** `read_idx`, and `read_pair` for the images and labels in the folder that a variable names. */
export const idxReaders = (folder: string, image: Shape): readonly string[] => [
  "def read_idx(path):",
  '    """An IDX file: two zero bytes, type, rank, one big-endian size per axis, values."""',
  "    content = path.read_bytes()",
  '    if path.suffix == ".gz":',
  "        content = gzip.decompress(content)",
  "    rank = content[3]",
  '    shape = np.frombuffer(content, dtype=">u4", count=rank, offset=4)',
  '    return np.frombuffer(content, dtype="uint8", offset=4 + 4 * rank).reshape(shape)',
  "",
  "",
  "def read_pair(prefix):",
  `    images = read_idx(next(${folder}.glob(f"{prefix}-images*ubyte*")))`,
  `    labels = read_idx(next(${folder}.glob(f"{prefix}-labels*ubyte*")))`,
  `    return images.reshape(${batchOf(image)}).astype("float32") / 255, labels`,
];
