import * as tf from "@tensorflow/tfjs-core";
import { nodeBackends } from "../main/node-backends.ts";
import { nodePaint } from "../main/painting.ts";
import { compile } from "../shared/compile/compile.ts";
import { initialWeights } from "../shared/compile/weights.ts";
import { type FormatName, formats } from "../shared/emit/index.ts";
import { chain } from "../shared/graph/chain.ts";
import type { Design } from "../shared/graph/graph.ts";
import { importModel } from "../shared/import/index.ts";
import { makeExport } from "../shared/tfjs/make-export.ts";
import { defaultRecipe } from "../shared/train/recipe.ts";
import type { Row } from "./measure.ts";
import { networks } from "./networks.ts";

// Milliseconds of exports in every format, what proves them included, and of a large import: prints rows as JSON. The first
// export of a format also loads its library, so each is made twice and the second one counts.

await nodeBackends.start("simd");
await tf.setBackend("simd");
const rows: Row[] = [];

for (const name of ["LeNet", "VGG-small"]) {
  const design = networks.find((it) => it.name === name);
  if (!design) throw new Error(`There is no network ${name}.`);
  for (const format of Object.keys(formats) as FormatName[]) {
    if (format === "bundle") continue;
    await exported(design, format);
    const start = performance.now();
    const bytes = await exported(design, format);
    rows.push({
      what: `${name} as ${format}`,
      ms: performance.now() - start,
      note: `${bytes.toLocaleString("en")} bytes`,
    });
  }
}

const large = chain("Large", [
  ["input", { shape: [4096] }],
  ["dense", { units: 4096 }],
  ["dense", { units: 2048 }],
  ["dense", { units: 10, activation: "softmax" }],
]);
const files = await filesOf(large, "onnx");
const start = performance.now();
const read = await importModel(files);
if ("refused" in read || !read.weights) throw new Error("The large model was not read.");
rows.push({
  what: "import of a large ONNX file",
  ms: performance.now() - start,
  note: `${files.reduce((sum, it) => sum + it.bytes.length, 0).toLocaleString("en")} bytes`,
});
process.stdout.write(JSON.stringify(rows));
process.exit();

async function filesOf(design: Design, format: FormatName) {
  const plan = compile(design);
  const subject = { title: design.name, plan, recipe: defaultRecipe, data: { source: "digits" } } as const;
  const given = { weights: initialWeights(plan, 1), trained: false };
  const made = await makeExport({ format, subject, given, paint: nodePaint }, design);
  if ("refused" in made) throw new Error(`${format}: ${made.refused}`);
  return made.files;
}

async function exported(design: Design, format: FormatName): Promise<number> {
  return (await filesOf(design, format)).reduce((sum, it) => sum + it.bytes.length, 0);
}
