import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import * as ort from "onnxruntime-web";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findTorch } from "../../../bench/agreement/agreement.ts";
import { nodeBackends, nodeTime } from "../../../main/node-backends.ts";
import { nodePaint } from "../../../main/painting.ts";
import { initialWeights, type Weights } from "../../compile/weights.ts";
import type { Design } from "../../graph/graph.ts";
import { readDocument } from "../../graph/read-document.ts";
import { randomStream, seedOf } from "../../nodes/random.ts";
import { startBackend } from "../../tfjs/backends.ts";
import { makeExport } from "../../tfjs/make-export.ts";
import { predictionsFor } from "../../tfjs/predictions.ts";
import { goldenSubjects, subjectOf } from "../golden-subjects.ts";
import type { FormatName } from "../index.ts";
import type { FileExport, Subject } from "../subject.ts";
import { vgg16 } from "../testing/known-designs.ts";
import { readWeightsFile } from "../weights-file.ts";
import { bundle, type Supplies } from "./bundle.ts";
import { probesOf } from "./probes.ts";

let folder: string;
beforeAll(async () => {
  await startBackend(nodeBackends, "simd", nodeTime);
  folder = mkdtempSync(join(tmpdir(), "bundle-"));
  symlinkSync(join(import.meta.dirname, "../../../node_modules"), join(folder, "node_modules"), "junction");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const subject = subjectOf("Bündel <1>", [
  ["image", "input", { height: 8, width: 6, channels: 2 }],
  ["conv", "conv2d", { filters: 3, stride: 2, activation: "leakyRelu" }],
  ["norm", "batchNorm"],
  ["flat", "flatten"],
  ["classes", "dense", { units: 4, activation: "softmax" }],
]);

/** Weights as training leaves them: every array moved, variances positive. */
const moved = (weights: Weights): Weights =>
  Object.fromEntries(
    Object.entries(weights).map(([id, arrays]) => [
      id,
      arrays.map((it, index) => {
        const next = randomStream(seedOf(id, index));
        return it.map((value) => Math.abs(value) + 0.1 + 0.5 * next());
      }),
    ]),
  );

/** The design that a subject was compiled from. */
const designOf = ({ title, plan: { steps } }: Subject): Design => ({
  name: title,
  nodes: steps.map((it) => it.node),
  wires: steps.flatMap(({ node, sources }) => sources.map((from, slot) => ({ from, to: node.id, slot }))),
});

/** By the way that the app and the command line take, but for the choice of formats. */
async function packed(
  of: Subject,
  weights: Weights,
  chosen: readonly FormatName[],
): Promise<Readonly<Record<string, Uint8Array>>> {
  const given = { weights, trained: true };
  const design = designOf(of);
  const supplies: Supplies = {
    document: "{}",
    chosen,
    predict: (examples) => predictionsFor(of.plan, weights, examples),
    make: (format) => makeExport({ format, subject: of, given, paint: nodePaint }, design).then(withoutProof),
  };
  const made = await bundle(of, given, supplies);
  if ("refused" in made) throw new Error(made.refused);
  // HDF5 files hold the time at which they were made.
  if (!chosen.includes("h5")) expect(same(await bundle(of, given, supplies), made)).toBe(true);
  return unzipSync(made.bytes);
}

function same(a: FileExport, b: FileExport): boolean {
  return "bytes" in a && "bytes" in b && Buffer.compare(a.bytes, b.bytes) === 0;
}

const withoutProof = (made: Awaited<ReturnType<typeof makeExport>>) =>
  "refused" in made ? made : { files: made.files };

const jsonOf = (file: Uint8Array | undefined) => JSON.parse(strFromU8(file ?? new Uint8Array()));

function unpack(files: Readonly<Record<string, Uint8Array>>, name: string): string {
  const target = join(folder, name);
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), bytes);
  }
  return target;
}

/** NumPy's format 1.0: magic, length of the header, header, values. */
function readNpy(file: Uint8Array | undefined): { readonly shape: string; readonly values: number[] } {
  const bytes = (file ?? new Uint8Array()).slice();
  const view = new DataView(bytes.buffer);
  const start = 10 + view.getUint16(8, true);
  const [, shape = ""] = /'shape': \(([^)]*)\)/.exec(strFromU8(bytes.subarray(10, start))) ?? [];
  return { shape, values: [...new Float32Array(bytes.buffer.slice(start))] };
}

test("everything a design can be written as is there, told by the manifest and the README", async () => {
  const [design] = [goldenSubjects.spirals ?? subject];
  const given = { weights: moved(initialWeights(design.plan, 1)), trained: true };
  const made = await makeExport(
    { format: "bundle", subject: design, given, paint: nodePaint },
    designOf(design),
  );
  if ("refused" in made) throw new Error(made.refused);
  const files = unzipSync(made.files[0]?.bytes ?? new Uint8Array());
  const manifest = jsonOf(files["manifest.json"]);
  const readMe = strFromU8(files["README.txt"] ?? new Uint8Array());

  const paths = Object.keys(files).filter((it) => it !== "manifest.json");
  expect(manifest.files.map((it: { path: string }) => it.path).toSorted()).toEqual(paths.toSorted());
  for (const { path, bytes } of manifest.files) expect(files[path]?.length, path).toBe(bytes);
  for (const path of paths.filter((it) => it !== "README.txt")) expect(readMe).toContain(path);
  for (const path of [
    "models/tfjs/model.json",
    "models/model.onnx",
    "models/model.keras",
    "programs/keras-python.py",
    "programs/weights.safetensors",
    "pictures/graph.svg",
    "pictures/figure.png",
    "tables/layers.tex",
    "check_onnx.py",
    "check_keras.py",
    "check_pytorch.py",
    "check_tfjs.mjs",
  ])
    expect(paths).toContain(path);
  for (const { name, why } of manifest.refused) expect(readMe, name).toContain(why);

  const document = readDocument(strFromU8(files["design.receptive"] ?? new Uint8Array()));
  if ("refused" in document) throw new Error(document.refused);
  expect(document.designs.map((it) => it.nodes.map(({ id }) => id))).toEqual([
    design.plan.steps.map(({ node }) => node.id),
  ]);
  const weights = readWeightsFile(design.plan, files["programs/weights.npz"] ?? new Uint8Array());
  expect(weights).toEqual({ weights: given.weights });
});

test("probes tell the same as arrays and as JSON, and are what the network says", async () => {
  const weights = moved(initialWeights(subject.plan, 1));
  const files = await packed(subject, weights, ["csv"]);
  const { inputs, outputs } = jsonOf(files["probes/probes.json"]);
  expect(inputs.shape).toEqual([5, 8, 6, 2]);
  expect(readNpy(files["probes/inputs.npy"])).toEqual({ shape: "5, 8, 6, 2", values: inputs.values });
  expect(readNpy(files["probes/outputs.npy"])).toEqual({ shape: "5, 4", values: outputs.values });
  const said = await predictionsFor(subject.plan, weights, probesOf(subject.plan));
  expect(outputs.values).toEqual([...said.values]);
  for (let row = 0; row < 5; row++)
    expect(outputs.values.slice(4 * row, 4 * row + 4).reduce((a: number, b: number) => a + b)).toBeCloseTo(1);
});

const python = spawnSync("/usr/bin/python3", ["-c", "import sys"]).status === 0;
const torch = findTorch();
if (!python) console.warn("Skipped: /usr/bin/python3, which compiles the check programs, is absent.");
if (!torch) console.warn("Skipped: PyTorch, which runs check_pytorch.py, is absent.");

test.each(["initial", "moved"])(
  "check programs agree with %s weights, and notice other answers",
  async (kind) => {
    const initial = initialWeights(subject.plan, 1);
    const formats = ["tfjs", "onnx", "keras", "h5", "pytorch", "safetensors"] as const;
    const files = await packed(subject, kind === "moved" ? moved(initial) : initial, formats);
    const target = unpack(files, kind);
    const programs = Object.keys(files).filter((it) => /^check_.*\.py$/.test(it));
    expect(programs.length).toBeGreaterThanOrEqual(4);
    if (python)
      execFileSync("/usr/bin/python3", ["-m", "py_compile", ...programs.map((it) => join(target, it))]);
    const run = (program: string, file: string) =>
      spawnSync(program, [join(target, file)], { encoding: "utf8", cwd: target });
    const both = [
      ["tfjs", process.execPath, "check_tfjs.mjs"],
      ...(torch ? [["pytorch", "/usr/bin/python3", "check_pytorch.py"]] : []),
    ];
    for (const [name, program = "", file = ""] of both) {
      const { stdout, status, stderr } = run(program, file);
      expect([stdout.trim().split("\n").at(-1), status], stderr).toEqual([
        expect.stringMatching(`^${name}: 5 probes, largest difference [\\d.e+-]+: agrees$`),
        0,
      ]);
    }
    if (kind === "initial") return;
    const outputs = files["probes/outputs.npy"]?.slice() ?? new Uint8Array();
    const view = new DataView(outputs.buffer);
    view.setFloat32(outputs.length - 4, view.getFloat32(outputs.length - 4, true) + 1e-3, true);
    const told = jsonOf(files["probes/probes.json"]);
    told.outputs.values[19] += 1e-3;
    writeFileSync(join(target, "probes/outputs.npy"), outputs);
    writeFileSync(join(target, "probes/probes.json"), JSON.stringify(told));
    for (const [name, program = "", file = ""] of both) {
      const { stdout, status } = run(program, file);
      expect([stdout.trim().split("\n").at(-1), status]).toEqual([
        expect.stringMatching(`^${name}: .*DIFFERS$`),
        1,
      ]);
    }
  },
  // Programs of their own, which load PyTorch and TensorFlow.js.
  180_000,
);

test("the ONNX model says to the probes what the bundle says", async () => {
  const files = await packed(subject, moved(initialWeights(subject.plan, 1)), ["onnx"]);
  const { inputs, outputs } = jsonOf(files["probes/probes.json"]);
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(files["models/model.onnx"] ?? new Uint8Array());
  const given = new ort.Tensor("float32", Float32Array.from(inputs.values), inputs.shape);
  const said = await session.run({ [session.inputNames[0] ?? ""]: given });
  const values = [...((said[session.outputNames[0] ?? ""]?.data as Float32Array) ?? [])];
  expect(values).toHaveLength(outputs.values.length);
  for (const [index, it] of values.entries()) expect(it).toBeCloseTo(outputs.values[index], 5);
});

test("what a format refuses is told, with its sentence, and nothing else is missing", async () => {
  const broken = moved(initialWeights(subject.plan, 1));
  const [kernel] = broken.classes ?? [];
  const weights = {
    ...broken,
    classes: [(kernel ?? new Float32Array()).map(() => Number.NaN), new Float32Array(4)],
  };
  const files = await packed(subject, weights, ["onnx", "pytorch", "csv"]);
  const { refused, formats } = jsonOf(files["manifest.json"]);
  expect(refused).toEqual([{ name: "onnx", why: expect.stringMatching(/classes.*finite/) }]);
  expect(strFromU8(files["README.txt"] ?? new Uint8Array())).toContain(`- ONNX model: ${refused[0].why}`);
  expect(formats.map((it: { name: string }) => it.name)).toEqual(["pytorch", "csv"]);
  // Without its weights a program cannot be checked.
  expect(Object.keys(files)).not.toContain("check_pytorch.py");
});

test("a bundle beyond a GiB is refused before anything is computed", async () => {
  const never = (): never => expect.fail("It was computed.");
  expect(
    await bundle(vgg16, { weights: {}, trained: false }, { document: "", make: never, predict: never }),
  ).toEqual({
    refused: expect.stringMatching(
      /^A bundle holds the 138,357,544 parameters \d times, which would be \d\.\d+ GB\. Export the formats that you need one by one\.$/,
    ),
  });
});
