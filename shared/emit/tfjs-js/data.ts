import type { Shape } from "../../nodes/shape.ts";
import type { DataChoice } from "../../train/dataset.ts";
import { labelNames } from "../../train/table-columns.ts";

const lines = (text: string): readonly string[] => text.trim().split("\n");

/** Code that leaves `train` and `test`: tensors `x` of examples, pixels from 0 to 1, and one-hot `y`. `classes` is how many. */
export function jsData(data: DataChoice, example: Shape, classes: number): readonly string[] {
  return [...examples(example, classes), "", ...source(data)];
}

const source = (data: DataChoice): readonly string[] => {
  switch (data.source) {
    case "digits":
      return digits;
    case "stripes":
      return stripes;
    case "spirals":
      return spirals;
    case "table":
      return table(data.name);
    case "folder":
      return folder(data.name);
  }
};

const examples = (example: Shape, classes: number): readonly string[] => [
  "const examples = (values, labels) => ({",
  `  x: tf.tensor(values, [labels.length, ${example.join(", ")}]),`,
  `  y: tf.oneHot(tf.tensor1d(labels, "int32"), ${classes}).toFloat(),`,
  "});",
  "const part = ({ x, y }, from, count) => ({",
  "  x: x.slice(from, count),",
  "  y: y.slice(from, count),",
  "});",
];

const readIdx = lines(`
async function unzipped(bytes) {
  const stream = new Blob([bytes]).stream();
  const plain = stream.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

/** An IDX file: two zero bytes, type, rank, one big-endian size per axis, values. */
const valuesOf = (bytes) => bytes.subarray(4 + 4 * bytes[3]);

const pair = (pixels, labels) =>
  examples(
    Float32Array.from(valuesOf(pixels), (it) => it / 255),
    Int32Array.from(valuesOf(labels)),
  );
`);

const digits: readonly string[] = [
  ...readIdx,
  "",
  ...lines(`
// Receptive draws its digits itself; MNIST holds their real counterparts (11 MB).
const origin = "https://storage.googleapis.com/cvdf-datasets/mnist";
async function download(name) {
  const answer = await fetch(\`\${origin}/\${name}-ubyte.gz\`);
  return unzipped(new Uint8Array(await answer.arrayBuffer()));
}

const train = pair(
  await download("train-images-idx3"),
  await download("train-labels-idx1"),
);
const test = pair(
  await download("t10k-images-idx3"),
  await download("t10k-labels-idx1"),
);
`),
];

const folder = (name: string): readonly string[] => [
  ...readIdx,
  "",
  "// The folder with train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped or",
  "// not, and t10k-images… and t10k-labels… where there is a test set.",
  `const folder = ${JSON.stringify(name)};`,
  ...lines(`
async function readIdx(name) {
  const packed = await read(\`\${folder}/\${name}-ubyte.gz\`);
  return packed ? unzipped(packed) : read(\`\${folder}/\${name}-ubyte\`);
}
async function readPair(prefix) {
  const pixels = await readIdx(\`\${prefix}-images-idx3\`);
  const labels = await readIdx(\`\${prefix}-labels-idx1\`);
  return pixels && labels && pair(pixels, labels);
}

const pairs = [await readPair("train"), await readPair("t10k")].filter(Boolean);
if (pairs.length === 0) {
  throw new Error(
    \`No IDX files in \${folder}: correct the line const folder = …\`,
  );
}
let [train, test] = pairs;
if (!test) {
  // Only one pair of files: its last 15 % become the test set.
  const all = train;
  const count = all.x.shape[0];
  const kept = Math.floor((count * 85) / 100);
  train = part(all, 0, kept);
  test = part(all, kept, count - kept);
}
`),
];

const stripes = lines(`
/** 50×50 images of ten bars, all vertical (class 0) or all horizontal (class 1). */
function stripes(count, seed) {
  const next = randomNumbers(seed);
  const whole = (from, to) => from + Math.floor(next() * (to - from));
  const images = new Float32Array(count * 50 * 50);
  const labels = Array.from({ length: count }, (_, image) => image % 2);
  for (const [image, label] of labels.entries()) {
    for (let bar = 0; bar < 10; bar++) {
      const [start, across] = [whole(0, 50), whole(0, 50)];
      const end = whole(start, 50);
      for (let along = start; along < end; along++) {
        const [row, column] = label === 0 ? [along, across] : [across, along];
        images[(image * 50 + row) * 50 + column] = 1;
      }
    }
  }
  return examples(images, labels);
}

const train = stripes(2000, 1);
const test = stripes(500, 2);
`);

const spirals = lines(`
/** Points [x, y] on three spiral arms, one class each. */
function spirals(count, seed) {
  const next = randomNumbers(seed);
  const labels = Array.from({ length: count }, (_, point) => point % 3);
  const points = labels.flatMap((label) => {
    const radius = 0.05 + 0.95 * next();
    // From the normal distribution (Box and Muller).
    const size = Math.sqrt(-2 * Math.log(1 - next()));
    const noise = 0.12 * size * Math.cos(2 * Math.PI * next());
    const angle = 2 * Math.PI * (label / 3 + 0.75 * radius) + noise;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  return examples(Float32Array.from(points), labels);
}

const train = spirals(1500, 1);
const test = spirals(300, 2);
`);

/** The rules of `train/table.ts` in JavaScript: the same rows, inputs and classes in the same order. */
const table = (name: string): readonly string[] => [
  "// The table: one row for each example, and a column of classes.",
  `const table = ${JSON.stringify(name)};`,
  ...lines(`
const file = await read(table);
if (!file) {
  throw new Error(\`There is no \${table}: correct the line const table = …\`);
}
`),
  ...lines(
    String.raw`
const text = new TextDecoder().decode(file);
const first = text.split(/[\r\n]+/).find((it) => it.trim());
const unquoted = first.replaceAll(/"[^"]*"?/g, "");
const delimiter = ["\t", ";"].find((it) => unquoted.includes(it)) ?? ",";

/** Rows of cells (RFC 4180); between quotes, delimiters and line ends are text. */
function rowsOf(text) {
  const rows = [];
  let [row, cell, quoted] = [[], "", false];
  for (let at = 0; at <= text.length; at++) {
    const sign = text[at] ?? "\n";
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') cell += text[at++];
      else quoted = false;
    } else if (sign === '"' && cell.trim() === "") {
      quoted = true;
    } else if (sign === delimiter || sign === "\n" || sign === "\r") {
      row.push(cell.trim());
      cell = "";
      if (sign === delimiter) continue;
      if (row.some((it) => it !== "")) rows.push(row);
      row = [];
    } else {
      cell += sign;
    }
  }
  return rows;
}

/** The number in a cell; a decimal comma counts unless commas part the cells. */
function number(cell) {
  const written = delimiter === "," ? cell : cell.replace(",", ".");
  const digits = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i;
  return digits.test(written) ? Number(written) : undefined;
}
const isNumber = (cell) => number(cell) !== undefined;
const isMissing = (cell) =>
  ["", "?", "na", "n/a", "nan", "null"].includes(cell.toLowerCase());

// Is the first row a header? Its words stand over numbers, or it columnNames the classNames.
const labelNames = LABEL_NAMES;
let rows = rowsOf(text);
const [head, ...body] = rows;
const isNumeric = (i) => {
  const cells = body.map((row) => row[i]).filter((it) => !isMissing(it));
  return cells.length > 0 && cells.every(isNumber);
};
const hasHeader =
  head.some((it) => labelNames.includes(it.toLowerCase())) ||
  !head.some(isNumber) ||
  head.some((it, i) => !isNumber(it) && !isMissing(it) && isNumeric(i));
if (hasHeader) rows = body;
const columnNames = head.map((it) => (hasHeader ? it.toLowerCase() : ""));

// Empty allInputs are left out, and those that only count the rows.
const column = (i) => rows.map((row) => row[i]);
const usedColumns = [...head.keys()].filter((i) => !column(i).every(isMissing));
const namedColumns = labelNames.flatMap((it) =>
  usedColumns.filter((i) => columnNames[i] === it),
);
const label = namedColumns[0] ?? usedColumns.at(-1);
const countsRows = (i) =>
  [0, 1].some((from) =>
    column(i).every((it, row) => number(it) === row + from),
  );
const inputColumns = usedColumns.filter((i) => i !== label && !countsRows(i));

// Rows with a missing cell are left out; the others are shuffled, 15 % of them test.
const neededColumns = [...inputColumns, label];
rows = rows.filter((row) => !neededColumns.some((i) => isMissing(row[i])));
rows = permutation(rows.length, 1).map((i) => rows[i]);
const keptRows = Math.floor((rows.length * 85) / 100);

/** Numbers with mean 0 and deviation 1 in the training part, texts one by one. */
function inputs(i) {
  const cells = column(i);
  if (!cells.every(isNumber)) {
    const words = [...new Set(cells)].sort();
    return words.map((word) => cells.map((it) => Number(it === word)));
  }
  const numbers = cells.map(number);
  const learned = numbers.slice(0, keptRows);
  const mean = learned.reduce((sum, it) => sum + it, 0) / keptRows;
  const squares = learned.reduce((sum, it) => sum + (it - mean) ** 2, 0);
  const isConstant = learned.every((it) => it === learned[0]);
  const deviation = Math.sqrt(squares / keptRows);
  return [numbers.map((it) => (isConstant ? 0 : (it - mean) / deviation))];
}

const allInputs = inputColumns.flatMap(inputs);
const allValues = rows.flatMap((_, row) => allInputs.map((it) => it[row]));
const labelCells = column(label);
const rowLabels = labelCells.every(isNumber)
  ? labelCells.map(number)
  : labelCells;
const classNames = [...new Set(rowLabels)].sort((a, b) => (a < b ? -1 : 1));
const allRows = examples(
  Float32Array.from(allValues),
  rowLabels.map((it) => classNames.indexOf(it)),
);
const train = part(allRows, 0, keptRows);
const test = part(allRows, keptRows, rows.length - keptRows);
`.replace("LABEL_NAMES", `[\n${labelNames.map((it) => `  ${JSON.stringify(it)},\n`).join("")}]`),
  ),
];
