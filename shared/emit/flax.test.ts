import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDice, type Dice } from "../../bench/agreement/dice.ts";
import { drawable, drawDesign } from "../../bench/agreement/draw-design.ts";
import { nodeBackends } from "../../main/node-backends.ts";
import { compile } from "../compile/compile.ts";
import { volume } from "../nodes/shape.ts";
import { buildNetwork } from "../tfjs/build.ts";
import { forward } from "../tfjs/step.ts";
import { defaultRecipe, optimizers } from "../train/recipe.ts";
import { flax } from "./flax.ts";
import { goldenSubjects, subjectOf } from "./golden-subjects.ts";
import { inputShape } from "./keras-program.ts";
import { safetensors } from "./safetensors.ts";
import type { Subject } from "./subject.ts";
import { drawWeights } from "./testing/draw-weights.ts";

const python = ["python3", "python"].find((it) => spawnSync(it, ["--version"]).status === 0);
// RECEPTIVE_FLAX_PYTHON may name a Python that has JAX and Flax where the first one has not.
const withFlax = [process.env.RECEPTIVE_FLAX_PYTHON ?? "", python ?? ""].find(
  (it) => it && spawnSync(it, ["-c", "import flax, optax"]).status === 0,
);
if (!python) console.warn("No Python here: the exported Flax programs are not compiled.");
if (!withFlax) console.warn("No Flax here: the exported Flax programs are not run.");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flax-"));
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
test.each(shown)("%s in Flax", (name) =>
  expect(flax(goldenSubjects[name] ?? hostile)).toMatchFileSnapshot(`golden/${name}.flax.py`),
);

const hostile = subjectOf(
  'a"""\u2028import os\n\\',
  [
    ["train", "input"],
    ["jnp", "conv2d", {}],
    ["lambda", "conv2d", { filters: 1, trainable: false }, ["train"]],
    ["sum", "add", {}, ["jnp", "lambda"]],
    ["flat", "flatten"],
    ["x", "dense", { units: 10 }],
  ],
  { source: "folder", name: 'C:\\new "data"\n' },
);

test.runIf(python)("Python compiles every program", () => {
  const paths = [...Object.entries(goldenSubjects), ["hostile", hostile] as const].map(([name, subject]) => {
    const path = join(folder, `${name}.py`);
    writeFileSync(path, flax(subject));
    return path;
  });
  execFileSync(python ?? "", ["-m", "py_compile", ...paths], { stdio: "pipe" });
});

test("optimizers come with their constants", () => {
  const rules = optimizers.map((name) => {
    const recipe = { ...defaultRecipe, optimizer: { name, rate: 0.01 } };
    return /optax\.\w+\([^)]*\)(?=, wrt)/.exec(flax({ ...hostile, recipe }))?.[0];
  });
  expect(rules).toEqual([
    "optax.sgd(0.01)",
    "optax.sgd(0.01, momentum=0.9)",
    "optax.rmsprop(0.01, decay=0.9, eps=1e-7)",
    "optax.adam(0.01, b1=0.9, b2=0.999, eps=1e-7)",
  ]);
});

interface Asked {
  readonly name: string;
  readonly shape: readonly number[];
  readonly given: readonly number[];
  readonly expected: readonly number[];
}

/** A design's program without data, its weights as a file, and what our network says. */
function ask(name: string, subject: Subject, dice: Dice): Asked {
  const { plan } = subject;
  const weights = drawWeights(plan, dice);
  const file = safetensors(subject, { weights, trained: false });
  if ("refused" in file) throw new Error(file.refused);
  writeFileSync(join(folder, `${name}.safetensors`), file.bytes);
  const [head = "", rest = ""] = flax({ ...subject, data: { source: "spirals" } }).split("\n\ndef spirals(");
  const network = rest.split("spirals(300, seed=2)\n")[1]?.split("model = Network(")[0] ?? "";
  writeFileSync(join(folder, `${name}.py`), head + network);
  const shape = [3, ...inputShape(plan)];
  const given = Float32Array.from({ length: volume(shape) }, () => dice.real(-1, 1));
  const ours = buildNetwork(plan, weights, 1);
  const expected = tf.tidy(() => [...forward(ours, tf.tensor(given, shape), false).dataSync()]);
  ours.dispose();
  return { name, shape, given: [...given], expected };
}

const runner = `import json, pathlib, sys, jax, numpy as np
from flax import nnx
for case in json.load(open("cases.json", encoding="utf-8")):
    names = {"__file__": case["name"] + ".py", "__name__": "__main__"}
    exec(open(case["name"] + ".py", encoding="utf-8").read(), names)
    model = names["Network"](nnx.Rngs(1))
    names["load"](model, names["read_safetensors"](pathlib.Path(case["name"] + ".safetensors")))
    model.train()
    model.eval()
    given = np.array(case["given"], "float32").reshape(case["shape"])
    said = np.asarray(nnx.jit(lambda model, x: model(x))(model, given)).ravel()
    expected = np.array(case["expected"], "float32")
    assert said.shape == expected.shape, (case["name"], said.shape)
    error = float(np.abs(said - expected).max() / max(1, np.abs(expected).max()))
    print(json.dumps([case["name"], error]), flush=True)`;

const count = Number(process.env.RECEPTIVE_PROGRAM_DESIGNS ?? 20);
test.runIf(withFlax)(
  `Flax says what the app says, of every golden design and of ${count} drawn ones`,
  async () => {
    await nodeBackends.start("simd");
    await tf.setBackend("simd");
    const dice = createDice(11);
    const drawn = Array.from({ length: count }, (_, at): [string, Subject] => {
      const wanted = [at, at * 11 + 3].flatMap((it) => drawable[it % drawable.length] ?? []);
      const plan = compile(drawDesign({ seed: 9000 + at, wanted, learns: at % 3 === 0 }));
      return [
        `design_${at}`,
        { title: `Design ${at}`, plan, recipe: defaultRecipe, data: { source: "spirals" } },
      ];
    });
    const cases = [...Object.entries(goldenSubjects), ["hostile", hostile] as const, ...drawn].map(
      ([name, it]) => ask(name, it, dice),
    );
    writeFileSync(join(folder, "cases.json"), JSON.stringify(cases));
    const printed = execFileSync(withFlax ?? "", ["-c", runner], { cwd: folder, encoding: "utf8" });
    const findings = printed
      .trim()
      .split("\n")
      .map((it): [string, number] => JSON.parse(it));
    expect(findings).toHaveLength(cases.length);
    expect(findings.filter(([, error]) => !(error <= 1e-5))).toEqual([]);
  },
  120_000 + count * 10_000,
);
