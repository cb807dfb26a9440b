import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { strFromU8, unzipSync } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../compile/plan.ts";
import { initialWeights } from "../../compile/weights.ts";
import { readHdf5, type StoredGroup } from "../../hdf5/read.ts";
import { activations } from "../../nodes/activation-functions.ts";
import { use } from "../../tfjs/testing/backends.ts";
import { type Drawn, planOf } from "../../tfjs/testing/designs.ts";
import {
  type Batch,
  byTfjs,
  bytesOf,
  designs,
  difference,
  examplesFor,
  randomPlan,
  seldomDrawn,
  subjectFrom,
  templatePlans,
  trained,
} from "../testing/models.ts";
import { kerasArchive } from "./archive.ts";
import { kerasLegacy } from "./legacy.ts";

// tfjs, h5py and, where there is one, Keras 3 itself read what is written here; none is of ours.

beforeAll(() => use("cpu"));

const writers = { keras: kerasArchive, h5: kerasLegacy } as const;

const fileOf = async (plan: Plan, format: keyof typeof writers, isTrained = true) =>
  bytesOf(
    await writers[format](subjectFrom(plan), {
      weights: isTrained ? trained(plan) : initialWeights(plan, 1),
      trained: isTrained,
    }),
  );

async function within<T>(file: Uint8Array, look: (root: StoredGroup) => T): Promise<T> {
  const seen = await readHdf5(file, look);
  if ("refused" in seen) throw new Error(seen.refused);
  return seen.found;
}

const textsOf = (group: StoredGroup | undefined, name: string): readonly string[] => {
  const value = group?.attribute(name);
  return Array.isArray(value) ? value.map(String) : [];
};

/** The .h5 as tfjs's converter hands it to tfjs: the topology and each layer's arrays under their names. */
async function loaded(file: Uint8Array) {
  const { topology, arrays, order } = await within(file, (root) => {
    const weights = root.group("model_weights");
    const layers = textsOf(weights, "layer_names");
    return {
      topology: JSON.parse(String(root.attribute("model_config"))),
      order: layers,
      arrays: layers.flatMap((layer) =>
        textsOf(weights?.group(layer), "weight_names").map((name) => {
          const array = weights?.array(`${layer}/${name}`);
          const read = array?.read();
          if (!array || !read || "refused" in read) throw new Error(`${name} cannot be read.`);
          return { name: name.replace(/:0$/, ""), shape: [...array.shape], values: read.values };
        }),
      ),
    };
  });
  const bytes = new Uint8Array(4 * arrays.reduce((sum, it) => sum + it.values.length, 0));
  let at = 0;
  for (const { values } of arrays) {
    bytes.set(new Uint8Array(values.buffer), at);
    at += values.byteLength;
  }
  const model = await tfl.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: topology,
      weightSpecs: arrays.map(({ name, shape }) => ({ name, shape, dtype: "float32" as const })),
      weightData: bytes.buffer,
    }),
  );
  return { model, order };
}

/** What tfjs says of the .h5; and Keras must number the layers as the file has them. */
async function byLoading(plan: Plan, { shape, values }: Batch): Promise<Batch> {
  const { model, order } = await loaded(await fileOf(plan, "h5"));
  expect(model.layers.map((it) => it.name)).toEqual(order);
  const said = tf.tidy(() => {
    const answer = model.predict(tf.tensor(values, shape));
    if (Array.isArray(answer)) throw new Error("There are several outputs.");
    return { shape: answer.shape, values: Float32Array.from(answer.dataSync<"float32">()) };
  });
  model.dispose();
  return said;
}

const image: Drawn = ["input", { height: 6, width: 5, channels: 2 }];
const head: readonly Drawn[] = [["flatten"], ["dense", { units: 3, activation: "softmax" }]];

describe("tfjs loads the .h5 and computes what the design does", () => {
  const apart = (plan: Plan, seed: number) => difference(plan, (its) => byLoading(plan, its), seed);

  test("in random designs of all kinds", async () => {
    const plans = Array.from({ length: designs }, (_, seed) => randomPlan(seed));
    const wrong: unknown[] = [];
    for (const [seed, plan] of plans.entries()) {
      const off = await apart(plan, seed);
      if (off > 1e-5) wrong.push({ seed, off, kinds: plan.steps.map((it) => it.node.kind) });
    }
    expect(wrong).toEqual([]);
    expect(seldomDrawn(plans)).toEqual([]);
  }, 300_000);

  test("with every activation", async () => {
    const layers = activations.map((activation) => ["conv2d", { filters: 2, activation }] as const);
    expect(await apart(planOf(image, ...layers, ...head), 1)).toBeLessThan(1e-5);
    const alone = activations.map((name) => ["activation", { function: name }] as const);
    expect(await apart(planOf(image, ...alone, ...head), 2)).toBeLessThan(1e-5);
  });

  test("with several inputs, which are one, and one output twice into a layer", async () => {
    const both = planOf(image, ["input", image[1] ?? {}, []], ["concat", {}, ["n0", "n1"]], ...head);
    expect(await apart(both, 1)).toBeLessThan(1e-5);
    expect(await apart(planOf(image, ["conv2d"], ["add", {}, ["n1", "n1"]], ...head), 2)).toBeLessThan(1e-5);
  });
});

describe("the .keras file", () => {
  const insides = async (plan: Plan) => {
    const files = unzipSync(await fileOf(plan, "keras"));
    const json = (name: string) => JSON.parse(strFromU8(files[name] ?? new Uint8Array()));
    return {
      names: Object.keys(files),
      metadata: json("metadata.json"),
      config: json("config.json"),
      weights: files["model.weights.h5"] ?? new Uint8Array(),
    };
  };

  test("is functional, begins with an input layer and calls layers after nodes", async () => {
    const { names, metadata, config } = await insides(
      planOf(
        image,
        ["conv2d", { activation: "leakyRelu" }],
        ["upsample2d", { interpolation: "bilinear" }],
        ...head,
      ),
    );
    expect(names).toEqual(["metadata.json", "config.json", "model.weights.h5"]);
    expect(metadata).toEqual({
      keras_version: "3.0.0",
      receptive: { n2: { kind: "upsample2d", values: { interpolation: "bilinear" } } },
    });
    expect(config.class_name).toBe("Functional");
    const { layers, input_layers, output_layers } = config.config;
    expect(layers.map((it: { class_name: string; name: string }) => `${it.name} ${it.class_name}`)).toEqual([
      "n0 InputLayer",
      "n1 Conv2D",
      "n2 UpSampling2D",
      "n3 Flatten",
      "n4 Dense",
    ]);
    expect(layers[0].config).toEqual({ name: "n0", dtype: "float32", batch_shape: [null, 6, 5, 2] });
    // Keras 3's own slope of leaky ReLU and its own half-pixel blending are the design's.
    expect(layers[1].config).toMatchObject({
      activation: "leaky_relu",
      kernel_size: [3, 3],
      padding: "same",
    });
    expect(layers[2].config).toMatchObject({ interpolation: "bilinear", size: [2, 2] });
    expect(layers[4].inbound_nodes[0].args[0].config).toEqual({
      shape: [null, 960],
      dtype: "float32",
      keras_history: ["n3", 0, 0],
    });
    expect([input_layers, output_layers]).toEqual([[["n0", 0, 0]], [["n4", 0, 0]]]);
  });

  test("numbers arrays class by class in Keras' order of layers, not in the design's", async () => {
    // n3 is drawn before n1 → n2, but lies nearer to the output.
    const plan = planOf(
      image,
      ["conv2d", { filters: 1, kernel: 1 }],
      ["conv2d", { filters: 2, kernel: 1 }],
      ["conv2d", { filters: 3, kernel: 1 }, ["n0"]],
      ["concat", {}, ["n3", "n2"]],
      ["batchNorm"],
      ["globalAvgPool2d"],
    );
    const { weights } = await insides(plan);
    const seen = await within(weights, (root) =>
      ["conv2d", "conv2d_1", "conv2d_2", "batch_normalization"].map((it) => {
        const vars = root.group(`layers/${it}/vars`);
        return vars?.names().map((name) => vars.array(name)?.shape);
      }),
    );
    expect(seen).toEqual([
      [[1, 1, 2, 1], [1]],
      [[1, 1, 2, 3], [3]],
      [[1, 1, 1, 2], [2]],
      [[5], [5], [5], [5]],
    ]);
  });

  test("puts stock layers where Keras 3 has none", async () => {
    const { config } = await insides(planOf(image, ["locallyConnected2d"], ["shufflePixels"], ...head));
    const classes = new Set<string>(config.config.layers.map((it: { class_name: string }) => it.class_name));
    expect([...classes].sort()).toEqual(
      "Activation AveragePooling2D Conv2D Dense DepthwiseConv2D Flatten InputLayer Permute Reshape".split(
        " ",
      ),
    );
  });
});

describe.each(["keras", "h5"] as const)("a .%s file", (format) => {
  test("is hardly larger than the weights", async () => {
    // Configuration takes some kilobytes, which is more than 2 % of LeNet.
    const plan = planOf(
      ["input", { height: 32, width: 32, channels: 3 }],
      ["conv2d", { filters: 16 }],
      ["maxPool2d"],
      ["batchNorm"],
      ["flatten"],
      ["dense", { units: 250 }],
    );
    const file = await fileOf(plan, format, false);
    expect(file.length / (4 * plan.totals.parameters)).toBeLessThan(1.02);
  });

  test("is refused, in a sentence, where it cannot be", async () => {
    const given = (weights: Record<string, Float32Array[]>) => ({ weights, trained: true });
    const vector = planOf(["input", { shape: [3] }], ["dense", { units: 2 }]);
    const broken = given({ n1: [Float32Array.of(1, 2, 3, 4, Number.NaN, 6), Float32Array.of(0, 0)] });
    expect(await writers[format](subjectFrom(vector), broken)).toEqual({
      refused:
        "The weights of n1 (Dense) hold values that are no finite numbers. Train again with a smaller learning rate.",
    });
    const shuffled = planOf(["input", { height: 65, width: 65 }], ["shufflePixels"], ["globalAvgPool2d"]);
    expect(await writers[format](subjectFrom(shuffled), given({}))).toEqual({
      refused:
        "The layer n1 (Shuffle Pixels, 65×65×1 → 65×65×1) is too large for a Keras file: Keras has no such layer, and the table in its place would hold 17,850,625 numbers; 16,777,216 are the most. Make its input smaller, or export an ONNX or TFLite model or a Keras program instead.",
    });
    const large = planOf(["input", { shape: [30_000] }], ["dense", { units: 20_000 }], ["dense"]);
    expect(await writers[format](subjectFrom(large), given({}))).toEqual({
      refused: expect.stringMatching(/1 GiB at most, and the design needs 601,300,064 numbers\. Make/),
    });
  });
});

test("h5py finds every array of both, in shape and value", async ({ skip }) => {
  const there = await promisify(execFile)("/usr/bin/python3", ["-c", "import h5py"]).catch(() => undefined);
  if (!there) return skip("/usr/bin/python3 has no package h5py");
  await checkedByPython("/usr/bin/python3", byH5py, [...templatePlans(), ...drawnPlans(40)]);
});

/** A Python with Keras 3 and a backend for it may be named; few machines have one by default. */
const python = process.env.KERAS_PYTHON ?? "/usr/bin/python3";

test("Keras 3 loads both and computes what the design does", async ({ skip }) => {
  const version = "import keras; assert int(keras.__version__[0]) > 2";
  const there = await promisify(execFile)(python, ["-c", version]).catch(() => undefined);
  if (!there) return skip(`${python} has no Keras 3; KERAS_PYTHON can name one that has`);
  await checkedByPython(python, byKeras, drawnPlans(Number(process.env.KERAS_DESIGNS ?? 40)));
}, 3_600_000);

const drawnPlans = (count: number): readonly Plan[] =>
  Array.from({ length: count }, (_, seed) => randomPlan(1000 + seed));

async function checkedByPython(program: string, check: string, plans: readonly Plan[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "keras-"));
  try {
    for (const [index, plan] of plans.entries()) {
      for (const format of ["keras", "h5"] as const)
        await writeFile(join(folder, `${index}.${format}`), await fileOf(plan, format));
      const examples = examplesFor(plan, index);
      const numbers = Object.values(trained(plan))
        .flat()
        .reduce((sum, it) => sum + it.length, 0);
      await writeFile(
        join(folder, `${index}.json`),
        JSON.stringify({
          shape: examples.shape,
          examples: [...examples.values],
          said: [...byTfjs(plan, examples)],
          stored: plan.steps.map(({ node: { id, kind }, weights }) => [
            id,
            kind,
            weights.map((it) => it.shape),
          ]),
          numbers,
        }),
      );
    }
    const checked = await promisify(execFile)(program, ["-c", check, folder, String(plans.length)]);
    expect(checked.stdout).toBe(`${plans.length} sound\n`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const byH5py = `
import h5py, io, json, sys, zipfile
for index in range(int(sys.argv[2])):
    about = json.load(open(f"{sys.argv[1]}/{index}.json"))
    with h5py.File(f"{sys.argv[1]}/{index}.h5") as file:
        config = json.loads(file.attrs["model_config"])
        names = [it["name"] for it in config["config"]["layers"]]
        group = file["model_weights"]
        listed = [it.decode() for it in group.attrs["layer_names"]]
        assert sorted(listed) == sorted(names) == sorted(group.keys()), (listed, names)
        for id, kind, shapes in about["stored"]:
            if kind in ("locallyConnected2d", "shufflePixels"): continue
            layers = [it for it in listed if it == id or it.startswith(id + ".")]
            arrays = [group[layer][name.decode()] for layer in layers for name in group[layer].attrs["weight_names"]]
            if kind != "upsample2d": assert [list(it.shape) for it in arrays] == shapes, (id, kind, shapes)
    with zipfile.ZipFile(f"{sys.argv[1]}/{index}.keras") as archive:
        assert archive.testzip() is None
        config = json.loads(archive.read("config.json"))
        kinds = {id: kind for id, kind, _ in about["stored"]}
        with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
            sizes = [sum(it.size for it in layer["vars"].values()) for layer in file["layers"].values()]
            lowered = any(it in kinds.values() for it in ("locallyConnected2d", "shufflePixels"))
            assert lowered or sum(sizes) == about["numbers"], (index, sizes)
print(index + 1, "sound")
`;

const byKeras = `
import os
os.environ.setdefault("KERAS_BACKEND", "jax")
import json, keras, numpy, sys, warnings
warnings.simplefilter("ignore")
for index in range(int(sys.argv[2])):
    about = json.load(open(f"{sys.argv[1]}/{index}.json"))
    examples = numpy.array(about["examples"], "float32").reshape(about["shape"])
    said = numpy.array(about["said"])
    for format in ("keras", "h5"):
        model = keras.models.load_model(f"{sys.argv[1]}/{index}.{format}", compile=False)
        theirs = numpy.array(model(examples, training=False)).reshape(-1)
        apart = numpy.max(numpy.abs(theirs - said)) / max(1, numpy.max(numpy.abs(said)))
        assert apart < 1e-5, (index, format, apart, about["stored"])
print(index + 1, "sound")
`;
