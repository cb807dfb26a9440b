import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findTorch } from "../../bench/agreement/agreement.ts";
import { createDice, type Dice } from "../../bench/agreement/dice.ts";
import { drawable, drawDesign } from "../../bench/agreement/draw-design.ts";
import { nodeBackends } from "../../main/node-backends.ts";
import { compile } from "../compile/compile.ts";
import { initialWeights, type Weights } from "../compile/weights.ts";
import { volume } from "../nodes/shape.ts";
import { buildNetwork } from "../tfjs/build.ts";
import { forward } from "../tfjs/step.ts";
import { digits } from "../train/digits/digits.ts";
import { defaultRecipe, optimizers, type Recipe } from "../train/recipe.ts";
import { goldenSubjects, subjectOf } from "./golden-subjects.ts";
import { inputShape } from "./keras-program.ts";
import { torchData } from "./pytorch/data.ts";
import { torchTaken } from "./pytorch/names.ts";
import { pytorch } from "./pytorch.ts";
import { safetensors } from "./safetensors.ts";
import type { Subject } from "./subject.ts";
import { drawWeights } from "./testing/draw-weights.ts";
import { idxFile } from "./testing/idx-file.ts";
import { torchNetwork } from "./testing/torch-network.ts";

const python = ["python3", "python"].find((it) => spawnSync(it, ["--version"]).status === 0);
const torch = findTorch();
if (!python) console.warn("No Python here: the exported PyTorch programs are not compiled.");
if (!torch) console.warn("No PyTorch here: the exported PyTorch programs are not run.");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pytorch-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe.each(Object.entries(goldenSubjects))("%s", (name, subject) => {
  test("in PyTorch", () => expect(pytorch(subject)).toMatchFileSnapshot(`golden/${name}.torch.py`));
  test("keeps to black's 88 characters", () => {
    // The Keras program's tests look after what reads the data.
    const data = torchData(subject.data, inputShape(subject.plan)).lines;
    const long = pytorch(subject)
      .split("\n")
      .filter((it) => it.length > 88 && !it.startsWith("#") && !data.includes(it));
    expect(long).toEqual([]);
  });
});

function written(subject: Subject, weights: Weights): Uint8Array {
  const file = safetensors(subject, { weights, trained: false });
  if ("refused" in file) throw new Error(file.refused);
  return file.bytes;
}

const hostile = subjectOf(
  'a"""\u2028import os\n\\',
  [
    ["train", "input"],
    ["lambda", "flatten"],
    ["x", "dense", { units: 10 }],
  ],
  { source: "folder", name: 'C:\\new "data"\n' },
);

test.runIf(python)("Python compiles every program", () => {
  const paths = [...Object.entries(goldenSubjects), ["hostile", hostile] as const].map(([name, subject]) =>
    inFolder(`${name}.py`, pytorch(subject)),
  );
  execFileSync(python ?? "", ["-m", "py_compile", ...paths], { stdio: "pipe" });
});

test("words that Python or a module reserves get a tail, in the program and in the weights", () => {
  const program = pytorch(hostile);
  expect(program).toContain("self.lambda_ = nn.Flatten()");
  expect(program).toContain("self.x_ = nn.Linear(784, 10)");
  const file = written(hostile, initialWeights(hostile.plan, 1));
  expect(new TextDecoder().decode(file.slice(8, 300))).toContain('"x_.weight"');
});

test("optimizers come with their constants", () => {
  const lines = optimizers.map((name) => {
    const recipe = { ...defaultRecipe, optimizer: { name, rate: 0.01 } };
    return /^optimizer = [\s\S]*?\)$/m.exec(pytorch({ ...hostile, recipe }))?.[0].replaceAll(/\s+/g, " ");
  });
  expect(lines).toEqual([
    "optimizer = torch.optim.SGD(model.parameters(), lr=0.01)",
    "optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)",
    "optimizer = torch.optim.RMSprop(model.parameters(), lr=0.01, alpha=0.9, eps=1e-7)",
    "optimizer = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.9, 0.999), eps=1e-7)",
  ]);
});

test.runIf(torch)("every word of a module in lower case is reserved", () => {
  const printed = execFileSync(torch ?? "", ["-c", "import torch; print(*dir(torch.nn.Module()))"], {
    encoding: "utf8",
  });
  const words = printed
    .trim()
    .split(" ")
    .filter((it) => /^[a-z]/.test(it));
  expect(words.filter((it) => !torchTaken.includes(it))).toEqual([]);
});

/** Runs a program for an epoch, and gives back what it says. */
function trained(name: string, subject: Subject, recipe: Partial<Recipe> = {}): string {
  const program = pytorch({ ...subject, recipe: { ...subject.recipe, epochs: 1, ...recipe } });
  return execFileSync(torch ?? "", [inFolder(`${name}.py`, program)], { cwd: folder, encoding: "utf8" });
}
const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1]);

describe.runIf(torch)("a program trains from the weights beside it", () => {
  beforeAll(() => {
    mkdirSync(join(folder, "idx"));
    const { train, test } = digits();
    for (const [name, examples, count] of [
      ["train", train, 2000],
      ["t10k", test, 400],
    ] as const) {
      const pixels = Uint8Array.from(examples.values.subarray(0, count * 784), (it) => Math.round(it * 255));
      inFolder(join("idx", `${name}-images-idx3-ubyte`), idxFile([count, 28, 28], pixels));
      inFolder(
        join("idx", `${name}-labels-idx1-ubyte`),
        idxFile([count], examples.labels.subarray(0, count)),
      );
    }
  }, 60_000);

  test.each([
    ["edge-lover", { source: "stripes" }, {}, 0.6],
    ["lenet", { source: "folder", name: "idx" }, {}, 0.5],
    [
      "branched",
      { source: "folder", name: "idx" },
      { earlyStopping: { on: true, patience: 1 }, validation: 0 },
      0,
    ],
    ["mobile", { source: "folder", name: "idx" }, { optimizer: { name: "momentum", rate: 0.01 } }, 0],
  ] as const)(
    "%s",
    (name, data, recipe, accuracy) => {
      const subject = { ...(goldenSubjects[name] ?? hostile), data };
      const weights = initialWeights(subject.plan, 1);
      inFolder("weights.safetensors", written(subject, weights));
      const printed = trained(name, subject, recipe);
      const started = numberIn(printed, /weights\.safetensors: test accuracy .*, loss (.*)/);
      const reached = numberIn(printed, /^Test accuracy .*, loss (.*)/m);
      // Batch norm's averages are far from the truth after so few steps.
      if (accuracy > 0) expect(reached).toBeLessThan(started);
      expect(reached).toBeLessThan(2.5);
      expect(numberIn(printed, /^Epoch 1: loss ([\d.]+)/m)).toBeGreaterThan(0);
      expect(numberIn(printed, /^Test accuracy (.*),/m)).toBeGreaterThan(accuracy);
    },
    60_000,
  );
});

test.runIf(torch)(
  "a last batch of one example does not stop batch norm",
  () => {
    const normed = subjectOf(
      "Normed",
      [
        ["point", "input", { shape: [2] }],
        ["dense_1", "dense", { units: 8 }],
        ["norm_1", "batchNorm"],
        ["classes", "dense", { units: 3, activation: "softmax" }],
      ],
      { source: "spirals" },
      // 1500 points: 1499 and one.
      { batch: 1499, validation: 0 },
    );
    inFolder("weights.safetensors", written(normed, initialWeights(normed.plan, 1)));
    expect(numberIn(trained("normed", normed), /^Test accuracy (.*),/m)).toBeGreaterThan(0);
  },
  60_000,
);

const examples = 3;

interface Asked {
  readonly name: string;
  readonly program: string;
  readonly weights: string;
  readonly given: readonly number[];
  readonly shape: readonly number[];
  readonly expected: readonly number[];
}

/** A design's program and weights as files, and what our network says. */
function ask(name: string, subject: Subject, dice: Dice): Asked {
  const { plan } = subject;
  const weights = drawWeights(plan, dice);
  const shape = [examples, ...inputShape(plan)];
  const given = Float32Array.from({ length: volume(shape) }, () => dice.real(-1, 1));
  const network = buildNetwork(plan, weights, 1);
  const expected = tf.tidy(() => Array.from(forward(network, tf.tensor(given, shape), false).dataSync()));
  network.dispose();
  return {
    name,
    program: inFolder(`${name}.py`, torchNetwork(subject)),
    weights: inFolder(`${name}.safetensors`, written(subject, weights)),
    given: [...given],
    shape,
    expected,
  };
}

const runner = `import json, pathlib, sys, numpy, torch
for case in json.load(open(sys.argv[1], encoding="utf-8")):
    names = {"__file__": case["program"], "__name__": "__main__"}
    exec(open(case["program"], encoding="utf-8").read(), names)
    model = names["Network"]()
    model.load_state_dict(names["read_safetensors"](pathlib.Path(case["weights"])))
    model.train()
    model.eval()
    given = torch.tensor(case["given"]).reshape(case["shape"])
    def result():
        with torch.no_grad():
            out = model(given)
        return (out.permute(0, 2, 3, 1) if out.dim() == 4 else out).reshape(-1).double()
    single = result()
    model.double()
    given = given.double()
    exact = result()
    expected = torch.tensor(case["expected"], dtype=torch.float64)
    assert expected.shape == single.shape, (case["name"], single.shape)
    scale = max(float(exact.abs().max()), 1)
    error = lambda a, b: min(float((a - b).abs().max() / scale), 1e9)
    print(json.dumps([case["name"], error(expected, single), error(exact, single)]))`;

const tolerated = 1e-5;

/** Designs whose programs say something else, with the error and what PyTorch's own rounding makes of it. */
function disagreements(cases: readonly Asked[]): readonly unknown[] {
  const path = inFolder("cases.json", JSON.stringify(cases));
  const printed = execFileSync(torch ?? "", ["-c", runner, path], { encoding: "utf8", maxBuffer: 2 ** 26 });
  const findings = printed
    .trim()
    .split(/\r?\n/)
    .map((it): [string, number, number] => JSON.parse(it));
  expect(findings.length).toBe(cases.length);
  // A norm of values that are nearly alike blurs in single precision, in PyTorch too.
  return findings.filter(([, error, rounding]) => !(error <= Math.max(tolerated, 10 * rounding)));
}

describe.runIf(torch)("PyTorch says what the app says", () => {
  beforeAll(async () => {
    await nodeBackends.start("simd");
    await tf.setBackend("simd");
  });

  test("of every golden design", () => {
    const dice = createDice(7);
    expect(disagreements(Object.entries(goldenSubjects).map(([name, it]) => ask(name, it, dice)))).toEqual(
      [],
    );
  }, 120_000);

  test("of 320 drawn designs over all kinds", () => {
    const dice = createDice(11);
    const subjects = Array.from({ length: 320 }, (_, at): Subject => {
      const wanted = [at, at * 11 + 3].flatMap((it) => drawable[it % drawable.length] ?? []);
      const plan = compile(drawDesign({ seed: 5000 + at, wanted, learns: at % 3 === 0 }));
      return { title: `Design ${at}`, plan, recipe: defaultRecipe, data: { source: "spirals" } };
    });
    const met = new Set(subjects.flatMap(({ plan }) => plan.steps.map((it) => it.node.kind)));
    expect(drawable.filter((it) => !met.has(it))).toEqual([]);
    expect(disagreements(subjects.map((it, at) => ask(`design_${at}`, it, dice)))).toEqual([]);
  }, 120_000);
});
