import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../compile/compile.ts";
import { initialWeights } from "../compile/weights.ts";
import { kinds } from "../nodes/index.ts";
import { permutation } from "../nodes/random.ts";
import { optimizers } from "../train/recipe.ts";
import { goldenSubjects, graphOf, subjectOf } from "./golden-subjects.ts";
import * as program from "./keras-program.ts";
import { kerasPython } from "./keras-python.ts";
import { kerasR, kerasRLegacy } from "./keras-r.ts";
import { pythonData } from "./python/data.ts";
import { pythonShufflePixels } from "./python/shuffle-pixels.ts";
import { rLayer } from "./r/literal.ts";
import { rShufflePixels } from "./r/shuffle-pixels.ts";
import type { Subject } from "./subject.ts";
import { svg } from "./svg.ts";

describe.each(Object.entries(goldenSubjects))("%s", (name, subject) => {
  test("is ready", () => expect(subject.plan.problems).toEqual([]));
  test("in Python", () => expect(kerasPython(subject)).toMatchFileSnapshot(`golden/${name}.py`));
  test("in R", () => expect(kerasR(subject)).toMatchFileSnapshot(`golden/${name}.R`));
  test("as a picture", () => expect(svg(subject)).toMatchFileSnapshot(`golden/${name}.svg`));
});

// The packages differ in words only, so that a chain, a graph and what must be defined stand for all.
test.each(["lenet", "branched", "locally"])("%s in R with the package keras", (name) =>
  expect(kerasRLegacy(goldenSubjects[name] ?? hostile)).toMatchFileSnapshot(`golden/${name}.keras.R`),
);

const runs = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;
const python = ["python3", "python"].find(runs);
const rscript = runs("Rscript") ? "Rscript" : undefined;
if (!python) console.warn("No Python here: the exported Python programs are not compiled.");
if (!rscript) console.warn("No R here: the exported R programs are not parsed.");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "programs-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hostile = subjectOf(
  'a"""\u2028import os\n</svg>\\',
  [
    ["class", "input"],
    ["print", "flatten"],
    ["classes", "dense", { units: 10 }],
  ],
  { source: "folder", name: 'C:\\new "data"\n' },
);

test.runIf(python)("Python compiles every program", () => {
  const paths = [...Object.entries(goldenSubjects), ["hostile", hostile] as const].map(([name, subject]) => {
    const path = join(folder, `${name}.py`);
    writeFileSync(path, kerasPython(subject));
    return path;
  });
  execFileSync(python ?? "", ["-m", "py_compile", ...paths], { stdio: "pipe" });
});

test.runIf(rscript)("R parses every program", () => {
  for (const [name, subject] of [...Object.entries(goldenSubjects), ["hostile", hostile] as const]) {
    writeFileSync(join(folder, `${name}.R`), kerasR(subject));
    writeFileSync(join(folder, `${name}-keras.R`), kerasRLegacy(subject));
  }
  execFileSync(rscript ?? "", [
    "-e",
    'for (path in list.files(commandArgs(TRUE), "[.]R$", full.names = TRUE)) parse(path, encoding = "UTF-8")',
    folder,
  ]);
});

const orders: readonly (readonly [length: number, seed: number])[] = [
  [1, 3],
  [2, 2 ** 31 - 1],
  [784, 7],
  [3000, 0],
];
const ours = orders.map(([length, seed]) => [...permutation(length, seed)].join(" "));
const upTo = (lines: readonly string[], word: string): string =>
  lines
    .slice(
      0,
      lines.findIndex((it) => it.startsWith(word)),
    )
    .join("\n");

test.runIf(python)("Python moves the same pixels", () => {
  const program = `${upTo(pythonShufflePixels, "@")}\nfor it in ${JSON.stringify(orders)}: print(*permutation(*it))`;
  const printed = execFileSync(python ?? "", ["-c", program], { encoding: "utf8" });
  expect(printed.trimEnd().split(/\r?\n/)).toEqual(ours);
});

test.runIf(rscript)("R moves the same pixels", () => {
  const calls = orders.map(
    ([length, seed]) => `cat(permutation(${length}, ${seed}), fill = FALSE); cat("\\n")`,
  );
  writeFileSync(
    join(folder, "order.r"),
    [upTo(rShufflePixels, "# What the layer does"), ...calls].join("\n"),
  );
  const printed = execFileSync(rscript ?? "", [join(folder, "order.r")], { encoding: "utf8" });
  expect(printed.trimEnd().split(/\r?\n/)).toEqual(ours);
});

// As in keras3's NAMESPACE.
test.each([
  ["Conv2D", "layer_conv_2d"],
  ["Conv2DTranspose", "layer_conv_2d_transpose"],
  ["DepthwiseConv2D", "layer_depthwise_conv_2d"],
  ["SeparableConv2D", "layer_separable_conv_2d"],
  ["GlobalMaxPooling2D", "layer_global_max_pooling_2d"],
  ["UpSampling2D", "layer_upsampling_2d"],
  ["ZeroPadding2D", "layer_zero_padding_2d"],
  ["Cropping2D", "layer_cropping_2d"],
  ["SpatialDropout2D", "layer_spatial_dropout_2d"],
  ["GaussianNoise", "layer_gaussian_noise"],
  ["BatchNormalization", "layer_batch_normalization"],
  ["LayerNormalization", "layer_layer_normalization"],
  ["Identity", "layer_identity"],
  ["Dense", "layer_dense"],
])("keras3 calls %s %s", (fn, name) => expect(rLayer(fn)).toBe(name));

test("every kind stands in a golden program", () => {
  const used = new Set(
    Object.values(goldenSubjects).flatMap(({ plan }) => plan.steps.map((it) => it.node.kind)),
  );
  expect([...used].toSorted()).toEqual(Object.keys(kinds).toSorted());
});

const hasKeras = python !== undefined && spawnSync(python, ["-c", "import keras"]).status === 0;
if (!hasKeras) console.warn("No Keras here: the exported Python programs are not run.");

/** The program up to its model, without the data. */
const modelOnly = (subject: Subject): string => {
  const data = pythonData(subject.data, program.inputShape(subject.plan)).lines.join("\n");
  return kerasPython(subject).replace(data, "").split("model.summary()")[0] ?? "";
};

const builder = `import json, sys, numpy
for path in sys.argv[1:]:
    names = {}
    exec(open(path, encoding="utf-8").read(), names)
    model = names["model"]
    learned = sum(int(numpy.prod(it.shape)) for it in model.trainable_weights)
    given = [it for it in model.layers if "Stencil" in str(getattr(it, "kernel_initializer", ""))]
    kernels = {it.name: numpy.ravel(it.kernel).tolist() for it in given}
    print(json.dumps([model.count_params(), learned, model.output_shape[1:], kernels]))`;

// Keras alone takes seconds to start.
test.runIf(hasKeras)(
  "Keras builds what the plan says",
  () => {
    const subjects = Object.entries(goldenSubjects);
    const paths = subjects.map(([name, subject]) => {
      const path = join(folder, `${name}-model.py`);
      writeFileSync(path, modelOnly(subject));
      return path;
    });
    const printed = execFileSync(python ?? "", ["-c", builder, ...paths], { encoding: "utf8" });
    const met = printed
      .trimEnd()
      .split(/\r?\n/)
      .map((it): unknown => JSON.parse(it));
    expect(met).toEqual(
      subjects.map(([, { plan }]) => {
        const started = initialWeights(plan, 1);
        const given = plan.steps.filter((it) => typeof it.weights[0]?.initial === "object");
        const kernels = given.map(({ node: { id } }) => [id, [...(started[id]?.[0] ?? [])]]);
        const { parameters, trainable } = plan.totals;
        return [parameters, trainable, plan.output?.output, Object.fromEntries(kernels)];
      }),
    );
  },
  180_000,
);

test("optimizers come with their constants", () => {
  const lines = optimizers.map((name) => {
    const program = kerasPython({
      ...hostile,
      recipe: { ...hostile.recipe, optimizer: { name, rate: 0.01 } },
    });
    return /optimizer=keras\.optimizers\.([\s\S]*?)\s*\),?\n/.exec(program)?.[1]?.replace(/\s+/g, " ");
  });
  expect(lines).toEqual([
    "SGD(learning_rate=0.01",
    "SGD(learning_rate=0.01, momentum=0.9",
    "RMSprop(learning_rate=0.01, rho=0.9, epsilon=1e-7",
    "Adam( learning_rate=0.01, beta_1=0.9, beta_2=0.999, epsilon=1e-7",
  ]);
});

test("words that a language reserves get a tail, and tails do not collide", () => {
  const plan = compile(
    graphOf([
      ["class", "input"],
      ["near", "conv2d"],
      ["class_", "conv2d", {}, ["class"]],
      ["sum", "add", {}, ["near", "class_"]],
      ["flat", "flatten"],
      ["classes", "dense", { units: 10 }],
    ]),
  );
  const program = kerasPython({ ...hostile, plan });
  expect(program).toContain('class__ = keras.Input(shape=(28, 28, 1), name="class")');
  expect(program).toContain('name="class_"');
  expect(program).toContain("model = keras.Model(class__, classes)");
});
