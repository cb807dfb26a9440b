import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDice, type Dice } from "../../bench/agreement/dice.ts";
import { drawable, drawDesign } from "../../bench/agreement/draw-design.ts";
import { nodeBackends } from "../../main/node-backends.ts";
import { compile } from "../compile/compile.ts";
import { initialWeights, type Weights } from "../compile/weights.ts";
import type { KindName } from "../nodes/index.ts";
import { volume } from "../nodes/shape.ts";
import { buildNetwork, type Network } from "../tfjs/build.ts";
import { exportTfjs } from "../tfjs/export.ts";
import { forward } from "../tfjs/step.ts";
import { defaultRecipe } from "../train/recipe.ts";
import { goldenSubjects, subjectOf } from "./golden-subjects.ts";
import { inputShape } from "./keras-program.ts";
import type { Subject } from "./subject.ts";
import { drawWeights } from "./testing/draw-weights.ts";
import { idxFile } from "./testing/idx-file.ts";
import { tfjsJs } from "./tfjs-js.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tfjs-js-"));
  symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"), "junction");
  await nodeBackends.start("simd");
  await tf.setBackend("simd");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shown = [
  "edge-lover",
  "kernels",
  "lenet",
  "mobile",
  "rebuilt",
  "spirals",
  "three-ways-locally-connected",
];
test.each(shown)("%s in JavaScript", (name) =>
  expect(tfjsJs(goldenSubjects[name] ?? hostile)).toMatchFileSnapshot(`golden/${name}.mjs`),
);

const hostile = subjectOf(
  'a*/\u2028import "fs"\n\\',
  [
    ["class", "input"],
    ["near", "conv2d", { activation: "leakyRelu" }],
    ["model", "conv2d", { activation: "linear" }, ["class"]],
    ["sum", "add", {}, ["near", "model"]],
    ["twice", "multiply", {}, ["sum", "sum"]],
    ["flat", "flatten"],
    ["classes", "dense", { units: 10 }],
  ],
  { source: "folder", name: 'C:\\new "data"\n' },
);

test("Node.js takes every program", () => {
  for (const [name, subject] of [...Object.entries(goldenSubjects), ["hostile", hostile] as const]) {
    writeFileSync(join(folder, `${name}.mjs`), tfjsJs(subject));
    execFileSync(process.execPath, ["--check", join(folder, `${name}.mjs`)], { stdio: "pipe" });
  }
}, 60_000);

test("keeps to prettier's 80 characters", () => {
  for (const subject of Object.values(goldenSubjects))
    expect(
      tfjsJs(subject)
        .split("\n")
        .filter((it) => it.length > 80 && !/^ *(\/\/|\/\*\*|\*)/.test(it)),
    ).toEqual([]);
});

const run = (name: string, subject: Subject): string => {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, "program.mjs"), tfjsJs(subject));
  return execFileSync(process.execPath, [join(folder, name, "program.mjs")], { encoding: "utf8" });
};
const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1]);

/** What an exported model holds, beside a program in the folder of that name. */
async function exportBeside(name: string, subject: Subject, weights: Weights): Promise<void> {
  mkdirSync(join(folder, name), { recursive: true });
  const made = await exportTfjs(subject.plan, weights);
  if ("refused" in made) throw new Error(made.refused);
  for (const it of made.files) writeFileSync(join(folder, name, it.name), it.bytes);
}

describe("a program trains and repeats itself", () => {
  test("on images from a folder, from an exported model's weights", async () => {
    const subject = subjectOf(
      "Bright halves",
      [
        ["image", "input", { height: 8, width: 8, channels: 1 }],
        ["conv_1", "conv2d", { filters: 4 }],
        ["norm_1", "batchNorm"],
        ["pool_1", "maxPool2d"],
        ["flatten_1", "flatten"],
        ["classes", "dense", { units: 2, activation: "softmax" }],
      ],
      { source: "folder", name: "idx" },
      {
        batch: 16,
        epochs: 6,
        earlyStopping: { on: true, patience: 2 },
        optimizer: { name: "adam", rate: 0.01 },
      },
    );
    await exportBeside("folder", subject, initialWeights(subject.plan, 1));
    const dice = createDice(3);
    const labels = Array.from({ length: 140 }, (_, at) => at % 2);
    const pixels = labels.flatMap((label) =>
      Array.from({ length: 64 }, (_, at) => dice.whole(0, 120) + (at < 32 === (label === 0) ? 100 : 0)),
    );
    mkdirSync(join(folder, "folder", "idx"));
    writeFileSync(join(folder, "folder", "idx", "train-images-idx3-ubyte"), idxFile([140, 8, 8], pixels));
    writeFileSync(join(folder, "folder", "idx", "train-labels-idx1-ubyte"), idxFile([140], labels));
    const said = run("folder", subject);
    expect(said).toMatch(/model\.json: test accuracy [\d.]+, loss [\d.]+\nEpoch 1: loss/);
    expect(numberIn(said, /^Test accuracy (.*),/m)).toBeGreaterThan(0.7);
    expect(run("folder", subject)).toBe(said);
  }, 120_000);

  test("on a table, from fresh weights", () => {
    const subject = subjectOf(
      "Flowers",
      [
        ["sizes", "input", { shape: [2] }],
        ["dense_1", "dense", { units: 8, activation: "tanh" }],
        ["kind", "dense", { units: 2, activation: "softmax" }],
      ],
      { source: "table", name: "plants.csv" },
      { batch: 8, epochs: 12, validation: 0, optimizer: { name: "momentum", rate: 0.1 } },
    );
    mkdirSync(join(folder, "table"));
    const rows = Array.from(
      { length: 60 },
      (_, at) => `${at};${at % 2 ? "1,5" : "-2"};"${at % 3}";${at % 2 ? "oak" : "elm"}`,
    );
    writeFileSync(join(folder, "table", "plants.csv"), ["id;height;leaves;kind", ...rows, ""].join("\n"));
    const said = run("table", subject);
    expect(said).toContain("There is no model.json: the weights are fresh.");
    expect(numberIn(said, /^Test accuracy (.*),/m)).toBe(1);
  }, 60_000);
});

const examples = 3;
const rate = 0.05;

interface Asked {
  readonly name: string;
  readonly shape: readonly number[];
  readonly given: readonly number[];
  readonly logits: readonly number[];
  /** What comes out after a step of training, where the design can be trained and tfjs trains it alike. */
  readonly trained?: readonly number[];
}

/** The program without data and training, with a model exported beside it, and what our network says. */
async function ask(name: string, subject: Subject, dice: Dice): Promise<Asked> {
  const { plan } = subject;
  const weights = drawWeights(plan, dice);
  await exportBeside(name, subject, weights);
  const program = tfjsJs({ ...subject, data: { source: "spirals" } });
  const [head = "", rest = ""] = program.split("\nconst examples = ");
  const model = rest
    .slice(rest.indexOf("const test = spirals(300, 2);\n") + 30)
    .split("\nmodel.summary();")[0];
  const storedFor = /\n\/\*\* What the file holds for a layer\. \*\/[\s\S]*?\n}\n/.exec(program)?.[0] ?? "";
  const loading =
    /const saved = [\s\S]*? {2}const { loss/.exec(program)?.[0].replace("  const { loss", "}") ?? "";
  writeFileSync(
    join(folder, name, "model.mjs"),
    [head, model, storedFor, loading, "export { model };", ""].join("\n"),
  );
  const shape = [examples, ...inputShape(plan)];
  const given = Float32Array.from({ length: volume(shape) }, () => dice.real(-1, 1));
  const network = buildNetwork(plan, weights, 1);
  const said = (): readonly number[] =>
    tf.tidy(() => [...forward(network, tf.tensor(given, shape), false).dataSync()]);
  const logits = said();
  const trains =
    plan.output?.output.length === 1 && network.trainable.length > 0 && !plan.steps.some(differs);
  if (trains) step(network, tf.tensor(given, shape), plan.output?.output[0] ?? 1);
  const asked = { name, shape, given: [...given], logits, ...(trains ? { trained: said() } : {}) };
  network.dispose();
  return asked;
}

// Layers that draw numbers; and of equal maxima over a whole image tfjs sends each the whole slope, the app a share.
const otherwise: readonly string[] = [
  "dropout",
  "spatialDropout2d",
  "gaussianNoise",
  "globalMaxPool2d",
] satisfies readonly KindName[];
const differs = ({ node }: { readonly node: { readonly kind: string } }): boolean =>
  otherwise.includes(node.kind);

const step = (network: Network, images: tf.Tensor, classes: number): void =>
  tf.tidy(() => {
    const labels = tf.cast(tf.oneHot(tf.tensor1d([0, 1, 2], "int32"), classes), "float32");
    const loss = (): tf.Scalar => tf.losses.softmaxCrossEntropy(labels, forward(network, images, true));
    tf.train.sgd(rate).minimize(loss, false, [...network.trainable]);
  });

/** Loads each program's model and says what it gives, before and after a step. */
const runner = `import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
for (const { name, given, shape, trained } of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const { model } = await import(\`./\${name}/model.mjs\`);
  const images = tf.tensor(given, shape);
  const said = () => [...model.predict(images).dataSync()];
  const logits = said();
  let after;
  if (trained) {
    model.compile({ optimizer: tf.train.sgd(${rate}), loss: (labels, it) => tf.losses.softmaxCrossEntropy(labels, it) });
    const classes = model.outputs[0].shape[1];
    const labels = tf.oneHot(tf.tensor1d([0, 1, 2], "int32"), classes).toFloat();
    await model.trainOnBatch(images, labels).catch((error) => console.log(name, error.message));
    after = said();
  }
  console.log(JSON.stringify([name, logits, after]));
}`;

const farthest = (a: readonly number[], b: readonly number[] = []): number =>
  a.length === b.length
    ? Math.max(...a.map((it, at) => Math.abs(it - (b[at] ?? 0)))) / Math.max(1, ...a.map(Math.abs))
    : Number.POSITIVE_INFINITY;

/** Designs whose programs say something else. */
function disagreements(cases: readonly Asked[]): readonly unknown[] {
  writeFileSync(join(folder, "cases.json"), JSON.stringify(cases));
  writeFileSync(join(folder, "runner.mjs"), runner);
  const printed = execFileSync(process.execPath, ["runner.mjs", "cases.json"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const answers = printed
    .split("\n")
    .filter((it) => it.startsWith("["))
    .map((it): [string, number[], number[]?] => JSON.parse(it));
  expect(printed.split("\n").filter((it) => it && !it.startsWith("["))).toEqual([]);
  expect(answers.map(([name]) => name)).toEqual(cases.map((it) => it.name));
  return answers.flatMap(([name, logits, after], at) => {
    const asked = cases[at];
    const apart = farthest(asked?.logits ?? [], logits);
    const trainedApart = asked?.trained ? farthest(asked.trained, after) : 0;
    // A step of training multiplies rounding, in both.
    return apart <= 1e-5 && trainedApart <= 1e-3 ? [] : [[name, apart, trainedApart]];
  });
}

describe("TensorFlow.js says what the app says, from an exported model's weights", () => {
  test("of every golden design", async () => {
    const dice = createDice(7);
    const cases: Asked[] = [];
    for (const [name, it] of [...Object.entries(goldenSubjects), ["hostile", hostile] as const])
      cases.push(await ask(name, it, dice));
    expect(disagreements(cases)).toEqual([]);
  }, 180_000);

  const count = Number(process.env.RECEPTIVE_PROGRAM_DESIGNS ?? 40);
  test(
    `of ${count} drawn designs over all kinds`,
    async () => {
      const dice = createDice(11);
      const cases: Asked[] = [];
      const met = new Set<string>();
      for (let at = 0; at < count; at++) {
        const wanted = [at, at * 11 + 3].flatMap((it) => drawable[it % drawable.length] ?? []);
        const plan = compile(drawDesign({ seed: 7000 + at, wanted, learns: at % 3 > 0 }));
        for (const it of plan.steps) met.add(it.node.kind);
        cases.push(
          await ask(
            `design_${at}`,
            { title: `Design ${at}`, plan, recipe: defaultRecipe, data: { source: "spirals" } },
            dice,
          ),
        );
      }
      expect(drawable.filter((it) => !met.has(it))).toEqual([]);
      expect(disagreements(cases)).toEqual([]);
    },
    300_000 + count * 10_000,
  );
});
