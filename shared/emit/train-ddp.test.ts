import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findTorch } from "../../bench/agreement/agreement.ts";
import { createDice } from "../../bench/agreement/dice.ts";
import { nodeBackends } from "../../main/node-backends.ts";
import { initialWeights } from "../compile/weights.ts";
import { importModel } from "../import/index.ts";
import { volume } from "../nodes/shape.ts";
import { buildNetwork } from "../tfjs/build.ts";
import { forward } from "../tfjs/step.ts";
import { goldenSubjects, graphOf, type Line, subjectOf } from "./golden-subjects.ts";
import { inputShape } from "./keras-program.ts";
import { definitions } from "./pytorch/definitions.ts";
import { networkClass } from "./pytorch/network.ts";
import { safetensors } from "./safetensors.ts";
import type { Subject } from "./subject.ts";
import { idxFile } from "./testing/idx-file.ts";
import { trainDdp } from "./train-ddp.ts";

const python = ["python3", "python"].find((it) => spawnSync(it, ["--version"]).status === 0);
const torch = findTorch();
const torchrun = torch !== undefined && spawnSync("torchrun", ["--help"]).status === 0;
if (!python) console.warn("No Python here: the exported programs for torchrun are not compiled.");
if (!torchrun) console.warn("No torchrun here: the exported programs for it are not run.");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ddp-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The network is that of the program for one process, so two stand for all.
test.each(["lenet", "branched"])("%s for torchrun", (name) =>
  expect(trainDdp(goldenSubjects[name] ?? small)).toMatchFileSnapshot(`golden/${name}.ddp.py`),
);

test.each(Object.entries(goldenSubjects))("%s has the network of the PyTorch program", (_, subject) => {
  const program = trainDdp(subject);
  for (const lines of [
    networkClass(subject.plan),
    ...definitions(subject.plan, subject.data.source === "table"),
  ])
    expect(program).toContain(`\n\n${lines.join("\n")}\n`);
});

test.runIf(python)("Python compiles every program", () => {
  const paths = [...Object.entries(goldenSubjects), ["small", small] as const].map(([name, subject]) => {
    const path = join(folder, `${name}.py`);
    writeFileSync(path, trainDdp(subject));
    return path;
  });
  execFileSync(python ?? "", ["-m", "py_compile", ...paths], { stdio: "pipe" });
});

/** A little of all that processes must share: averages, noise, frozen layers, names with a tail, early stopping. */
const smallLines: readonly Line[] = [
  ["image", "input", { height: 8, width: 8, channels: 1 }],
  ["lambda", "conv2d", { filters: 4, bias: false, activation: "linear" }],
  ["norm_1", "batchNorm", { scale: false }],
  ["frozen", "depthwiseConv2d", { trainable: false }],
  ["pool_1", "maxPool2d"],
  ["flatten_1", "flatten"],
  ["dropout_1", "dropout", { rate: 0.2 }],
  ["norm_2", "batchNorm"],
  ["classes", "dense", { units: 2, activation: "softmax" }],
];
const small = subjectOf(
  "Small, 100 %",
  smallLines,
  { source: "folder", name: "idx" },
  { batch: 16, epochs: 3, earlyStopping: { on: true, patience: 2 }, optimizer: { name: "adam", rate: 0.01 } },
);

/** Images that are brighter above or below, and which it is. */
function writeImages(): void {
  const dice = createDice(3);
  mkdirSync(join(folder, "idx"), { recursive: true });
  for (const [name, count] of [
    ["train", 103],
    ["t10k", 40],
  ] as const) {
    const labels = Array.from({ length: count }, (_, at) => at % 2);
    const pixels = labels.flatMap((label) =>
      Array.from({ length: 64 }, (_, at) => dice.whole(0, 120) + (at < 32 === (label === 0) ? 100 : 0)),
    );
    writeFileSync(join(folder, "idx", `${name}-images-idx3-ubyte`), idxFile([count, 8, 8], pixels));
    writeFileSync(join(folder, "idx", `${name}-labels-idx1-ubyte`), idxFile([count], labels));
  }
}

/** Runs the small program in two processes and gives back what it says. */
function run(options: readonly string[]): string {
  // Without a redirection torchrun 1.13 stumbles over Python 3.11.
  const redirected = ["--redirects=1:1", "--tee=1:1", `--log_dir=${join(folder, "log")}`];
  const started = ["--nproc_per_node=2", "--standalone", ...redirected, "small.py", ...options];
  return execFileSync("torchrun", started, { cwd: folder, encoding: "utf8", stdio: "pipe" });
}

/** Runs a program as the only process, told what torchrun would tell it. */
function runAlone(program: string, options: readonly string[]): string {
  const told = { RANK: "0", LOCAL_RANK: "0", WORLD_SIZE: "1", MASTER_ADDR: "127.0.0.1", MASTER_PORT: "0" };
  const env = { ...process.env, ...told };
  return execFileSync(torch ?? "", [program, ...options], { cwd: folder, env, encoding: "utf8" });
}

const forgetCheckpoints = (): void => rmSync(join(folder, "checkpoints"), { recursive: true, force: true });
const trained = (): Buffer => readFileSync(join(folder, "trained.safetensors"));

describe.runIf(torchrun)("with torchrun", () => {
  beforeAll(async () => {
    await nodeBackends.start("simd");
    await tf.setBackend("simd");
    writeImages();
    writeFileSync(join(folder, "small.py"), trainDdp(small));
  });

  test("trains, goes on where it was broken off, and its weights come back by import", async () => {
    const start = safetensors(small, { weights: initialWeights(small.plan, 1), trained: false });
    if ("refused" in start) throw new Error(start.refused);
    writeFileSync(join(folder, "weights.safetensors"), start.bytes);

    const first = run(["--epochs", "1"]);
    expect(first).toMatch(/weights\.safetensors: test accuracy [\d.]+, loss [\d.]+\nEpoch 1: loss/);
    const second = run(["--epochs", "3"]);
    expect(second).toMatch(/Goes on after epoch 1\.\nEpoch 2: loss/);
    const resumed = trained();
    forgetCheckpoints();
    const whole = run(["--epochs", "3"]);
    expect(whole.split("\n").filter((it) => it.startsWith("Epoch 3"))).toEqual(
      second.split("\n").filter((it) => it.startsWith("Epoch 3")),
    );
    expect(trained().equals(resumed)).toBe(true);
    expect(Number(/^Test accuracy (.*),/m.exec(whole)?.[1])).toBeGreaterThan(0.7);
    await expectSameOutputs(small);
  }, 180_000);

  test("parts of a batch add up to the batch", () => {
    const plain = subjectOf(
      "Plain",
      [
        ["point", "input", { shape: [2] }],
        ["dense_1", "dense", { units: 8, activation: "tanh" }],
        ["classes", "dense", { units: 3 }],
      ],
      { source: "spirals" },
      { batch: 200, validation: 0, optimizer: { name: "momentum", rate: 0.1 } },
    );
    rmSync(join(folder, "weights.safetensors"), { force: true });
    writeFileSync(join(folder, "plain.py"), trainDdp(plain));
    const losses = ["1", "7"].map((parts) => {
      forgetCheckpoints();
      const said = runAlone("plain.py", ["--epochs", "1", "--accumulate", parts]);
      expect(said).toContain("There is no weights.safetensors: the weights are fresh.");
      return Number(/^Test accuracy .*, loss (.*)$/m.exec(said)?.[1]);
    });
    expect(losses[0]).toBeCloseTo(losses[1] ?? Number.NaN, 2);
  }, 120_000);
});

/** What the network in the program and ours say with the weights that it wrote. */
async function expectSameOutputs({ plan }: Subject): Promise<void> {
  const dice = createDice(9);
  const shape = [3, ...inputShape(plan)];
  const given = Float32Array.from({ length: volume(shape) }, () => dice.real(0, 1));
  const file = { name: "trained.safetensors", bytes: Uint8Array.from(trained()) };
  const imported = await importModel([file], { name: "Small", ...graphOf(smallLines) });
  if ("refused" in imported) throw new Error(imported.refused);
  expect(imported.report.every((it) => it.fate === "mapped")).toBe(true);
  const network = buildNetwork(plan, imported.weights ?? {}, 1);
  const ours = tf.tidy(() => [...forward(network, tf.tensor(given, shape), false).dataSync()]);
  network.dispose();
  const asked = [
    "import json, pathlib, torch",
    'source = open("small.py", encoding="utf-8").read()',
    'imports = source.split("\\nparser = ")[0]',
    'classes = source.split("dist.init_process_group(\\"gloo\\")")[1].split("\\ntorch.manual_seed(")[0]',
    'classes = "def glorot(" + classes.split("\\ndef glorot(")[1]',
    "exec(imports)",
    "exec(classes)",
    "network = Network()",
    'network.load_state_dict(read_safetensors(pathlib.Path("trained.safetensors")))',
    "network.eval()",
    `print(json.dumps(network(torch.tensor(${JSON.stringify([...given])}).reshape(${JSON.stringify(shape)})).flatten().tolist()))`,
  ];
  const printed = execFileSync(torch ?? "", ["-c", asked.join("\n")], { cwd: folder, encoding: "utf8" });
  const theirs: readonly number[] = JSON.parse(printed);
  expect(theirs).toHaveLength(ours.length);
  for (const [at, it] of theirs.entries()) expect(it).toBeCloseTo(ours[at] ?? Number.NaN, 5);
}
