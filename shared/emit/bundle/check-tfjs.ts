import type { Checked } from "./checks.ts";

const library = "@tensorflow/tfjs";

/** A program for Node.js 18 and later. */
export function checkTfjs({ paths }: Checked): string {
  const folder = paths[0]?.replace(/[^/]*$/, "") ?? "";
  return [
    "// Runs the probes through the TensorFlow.js model and compares with what the design says.",
    "// Needs TensorFlow.js: npm install @tensorflow/tfjs",
    "",
    'import { readFile } from "node:fs/promises";',
    "",
    `const tf = await import(${JSON.stringify(library)}).catch(() => {`,
    '  console.error("check_tfjs.mjs needs TensorFlow.js: npm install @tensorflow/tfjs");',
    "  process.exit(2);",
    "});",
    "",
    "const read = (path) => readFile(new URL(path, import.meta.url));",
    `const { modelTopology, weightsManifest } = JSON.parse(await read("${folder}model.json"));`,
    `const weights = await read("${folder}weights.bin");`,
    'const { inputs, outputs } = JSON.parse(await read("probes/probes.json"));',
    "",
    "const model = await tf.loadLayersModel(",
    "  tf.io.fromMemory({",
    "    modelTopology,",
    "    weightSpecs: weightsManifest.flatMap((it) => it.weights),",
    "    weightData: Uint8Array.from(weights).buffer,",
    "  }),",
    ");",
    "const probes = tf.tensor(inputs.values, inputs.shape);",
    "// Every input of a design is given the same examples.",
    "const answers = model.predict(model.inputs.map(() => probes));",
    "const values = await answers.data();",
    "",
    "let largest = answers.shape.join() === outputs.shape.join() ? 0 : Number.NaN;",
    "for (const [index, ours] of outputs.values.entries())",
    "  largest = Math.max(largest, Math.abs(ours - values[index]) / Math.max(1, Math.abs(ours)));",
    "",
    "const agrees = largest <= 1e-5;",
    "console.log(",
    `  \`tfjs: \${inputs.shape[0]} probes, largest difference \${largest.toExponential(1)}: \${agrees ? "agrees" : "DIFFERS"}\`,`,
    ");",
    "process.exit(agrees ? 0 : 1);",
    "",
  ].join("\n");
}
