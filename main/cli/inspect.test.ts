import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { chainOf, edgeLover, receptive, scratch, written } from "./testing.ts";

const { at, clean } = scratch();
afterAll(clean);

const example = (name: string): string =>
  fileURLToPath(new URL(`../../examples/${name}.receptive`, import.meta.url));
const put = (name: string, text: string): string => {
  writeFileSync(at(name), text);
  return at(name);
};

const broken = put(
  "broken.receptive",
  written([
    chainOf("Broken", [
      ["input", { height: 4, width: 4 }],
      ["conv2d", { kernel: 5, padding: "valid" }],
      ["dense"],
    ]),
    edgeLover,
  ]),
);

describe("check", () => {
  test("a design without problems", async () => {
    expect(await receptive(["check", example("lenet")])).toEqual({
      status: 0,
      out: "LeNet: no problems\n",
      err: "",
    });
    expect((await receptive(["check", example("lenet"), "--json"])).out).toBe("[]\n");
  });

  test("problems as JSON, of all designs or of one", async () => {
    const { status, out, err } = await receptive(["check", broken, "--json"]);
    expect([status, err]).toEqual([1, ""]);
    const problems = JSON.parse(out);
    expect(problems[0]).toEqual({
      design: "Broken",
      node: "l1",
      code: "window-too-large",
      severity: "error",
      message: "A 5×5 window does not fit in 4×4×1.",
      nodes: ["l1"],
      wires: [],
      repairs: ["Set padding to same", "Shrink the kernel to 4×4"],
      previews: [
        expect.objectContaining({
          changed: [
            {
              id: "l1",
              kind: "conv2d",
              before: { output: null, parameters: 0, macs: 0 },
              after: { output: [4, 4, 8], parameters: 208, macs: 4 * 4 * 8 * 25 },
            },
          ],
          solved: ["A 5×5 window does not fit in 4×4×1."],
        }),
        expect.objectContaining({
          changed: [expect.objectContaining({ after: { output: [1, 1, 8], parameters: 136, macs: 8 * 16 } })],
        }),
      ],
    });
    expect(await receptive(["check", broken, "--design", "Edges", "--json"])).toMatchObject({
      status: 0,
      out: "[]\n",
    });
  });

  test("problems in words", async () => {
    const { status, out } = await receptive(["check", broken]);
    expect(status).toBe(1);
    expect(out).toContain(
      "  error  l1: A 5×5 window does not fit in 4×4×1. [window-too-large]\n    repair: Set padding to same\n",
    );
    expect(out).toContain("Edges: no problems\n");
  });

  test("advice says why, and can be left out", async () => {
    const twice = put(
      "twice.receptive",
      written([
        chainOf("Twice", [
          ["input", { height: 50, width: 50 }],
          ["flatten"],
          ["dense", { units: 2, activation: "softmax" }],
          ["activation", { function: "softmax" }],
        ]),
      ]),
    );
    const [advice] = JSON.parse((await receptive(["check", twice, "--json"])).out);
    expect(advice).toMatchObject({ severity: "advice", why: expect.stringMatching(/\.$/), wires: [] });
    expect(advice.previews).toHaveLength(advice.repairs.length);
    const text = await receptive(["check", twice]);
    expect(text).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^Twice: no problems\n {2}advice {2}l/),
    });
    expect(text.out).toContain(`    why: ${advice.why}\n`);
    expect((await receptive(["check", twice, "--no-advice"])).out).toBe("Twice: no problems\n");
    expect((await receptive(["check", twice, "--no-advice", "--json"])).out).toBe("[]\n");
  });

  test("images that do not fit only warn, since train --data may bring others", async () => {
    const path = put("digits.receptive", written([edgeLover], { data: { source: "digits" } }));
    const { status, out } = await receptive(["check", path, "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject([
      { node: "l0", code: "data-image", severity: "warning" },
      { node: "l3", code: "data-classes", severity: "warning" },
    ]);
  });
});

/** By hand; the outputs are 784 + 6,272 + 1,568 + 3,136 + 784 + 784 + 64 + 10 = 13,402 values. */
const lenetTotals = {
  parameters: 54_314,
  trainable: 54_314,
  macs: 834_816,
  additions: 9482,
  comparisons: 16_528,
  activationBytes: 53_608,
  peakMemory: {
    inference: 4 * (54_314 + 64 * (6272 + 1568)),
    training: 4 * (54_314 + 3 * 54_314 + 64 * (13_402 + 6272 + 1568)),
    batch: 64,
    optimizer: "adam",
  },
  receptiveField: [16, 16],
  depth: 7,
  longestPath: ["image", "conv_1", "max_pool_1", "conv_2", "max_pool_2", "flatten_1", "dense_1", "dense_2"],
};

describe("summary", () => {
  test("as JSON", async () => {
    const { status, out } = await receptive(["summary", example("lenet"), "--json"]);
    const { layers, ...rest } = JSON.parse(out);
    expect(status).toBe(0);
    expect(rest).toEqual({ design: "LeNet", totals: lenetTotals });
    expect(layers[1]).toEqual({
      id: "conv_1",
      kind: "conv2d",
      output: [28, 28, 8],
      parameters: 208,
      trainable: 208,
      frozen: 0,
      states: 0,
      macs: 156_800,
      additions: 6272,
      comparisons: 6272,
      memory: { inference: 64 * 6272 * 4, training: 2 * 64 * 6272 * 4 },
      receptiveField: [5, 5],
      jump: [1, 1],
      offset: [-2, -2],
      // Of 28 positions that see 5 rows each, 6 rows lie outside.
      paddingShare: (140 ** 2 - 134 ** 2) / 140 ** 2,
      share: { parameters: 208 / 54_314, macs: 156_800 / 834_816, memory: 6272 / 13_402 },
    });
    expect(layers.at(-1)).toMatchObject({ jump: null, offset: null, paddingShare: null });
  });

  test("where numbers come from, as JSON", async () => {
    const { out } = await receptive(["summary", example("lenet"), "--explain", "--json", "--batch", "1"]);
    const { layers, derivations } = JSON.parse(out);
    expect(layers[1].derivations).toContainEqual({
      quantity: "parameters",
      title: "Parameters",
      value: "208",
      lines: [
        {
          name: "",
          formula: "kernel height · kernel width · input channels · filters + filters (biases)",
          worked: "5·5·1·8 + 8 = 208",
        },
      ],
    });
    expect(layers[1].memory).toEqual({ inference: 6272 * 4, training: 2 * 6272 * 4 });
    expect(derivations.find((it: { quantity: string }) => it.quantity === "parameters").lines[0].worked).toBe(
      "208 + 3,216 + 50,240 + 650 = 54,314",
    );
  });

  test("as tables whose columns line up", async () => {
    const { out } = await receptive(["summary", example("lenet")]);
    const [heading, costs = "", work = "", sight = "", end] = out.trimEnd().split("\n\n");
    expect(heading).toBe(
      "LeNet: 54,314 parameters, 835 k multiply-adds and 53.6 kB of activations per image",
    );
    expect(costs).toMatch(/\nconv_1 +conv2d +28×28×8 +208 +0\.4% +208 +156,800 +18\.8%\n/);
    expect(costs).toMatch(/\ntotal +54,314 +54,314 +834,816$/);
    expect(work).toMatch(/\nconv_1 +6,272 +6,272 +1\.61 MB +46\.8% +3\.21 MB\n/);
    expect(sight).toMatch(/\nconv_2 +14×14 +2×2 +−6, −6 +23\.0%\n/);
    expect(end).toContain("depth: 7 layers (image → conv_1 → ");
    expect(end).toContain("peak memory, training with adam: 6.31 MB, at max_pool_1");
    // Numbers of one column end below each other.
    const ends = work
      .split("\n")
      .slice(1)
      .map((line) => line.search(/(?<=B)( |$)/));
    expect(new Set(ends).size).toBe(1);
  });

  test.each(["lenet", "digits", "edge-lover"])("explained within 80 columns: %s", async (name) => {
    const { out } = await receptive(["summary", example(name), "--explain"]);
    const explained = out.slice(out.indexOf("\npeak memory, training"));
    for (const line of explained.split("\n").slice(2)) expect([...line].length, line).toBeLessThanOrEqual(80);
    expect(explained).toMatch(/\n {6}[^=]+ = [\d,]+\n/);
  });

  test("with a batch that is none", async () => {
    expect(await receptive(["summary", example("lenet"), "--batch", "0"])).toMatchObject({ status: 2 });
  });

  test("of half a design says so", async () => {
    const { status, err } = await receptive(["summary", broken]);
    expect(status).toBe(1);
    expect(err).toBe("Broken has 1 problem: the numbers are those of the part that works.\n");
  });
});

test("compare gives a row per design", async () => {
  const { status, out } = await receptive(["compare", example("digits"), "--json"]);
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject([
    {
      design: "CNN",
      parameters: 35_962,
      trainable: 35_962,
      macs: 1_217_168,
      additions: 28 * 28 * 16 + 14 * 14 * 32 + 50,
      comparisons: 28 * 28 * 16 + 14 * 14 * 32 + 14 * 14 * 8 * 3 + 7 * 7 * 16 * 3 + 40,
      activationBytes: 91_144,
      peakMemory: { inference: 4 * (35_962 + 64 * 2 * 6272) },
      depth: 9,
    },
    { design: "fcNN", parameters: 84_060, macs: 83_900, additions: 160, comparisons: 150, depth: 4 },
  ]);
  const text = (await receptive(["compare", example("digits")])).out;
  expect(text).toMatch(/^design +parameters.*\nCNN +35,962 /);
  expect(text).toMatch(/\nCNN +9 +16×16 +91\.1 kB +3\.36 MB/);
});

describe("export of texts", () => {
  test.each([
    ["keras-python", "py", "model = keras.Sequential("],
    ["keras-r", "R", "keras_model_sequential("],
    ["svg", "svg", "</svg>"],
  ])("%s", async (format, extension, content) => {
    const out = at(`lenet.${extension}`);
    const ran = await receptive(["export", example("lenet"), "--format", format, "--out", out]);
    expect(ran).toEqual({ status: 0, out: "", err: `Exported LeNet as ${format} to ${out}\n` });
    expect(readFileSync(out, "utf8")).toContain(content);
  });

  test.each([
    [
      "an unknown format",
      ["--format", "caffe", "--out", "x"],
      2,
      /--format must be tfjs, .*svg.*, got "caffe"/,
    ],
    ["no format", ["--out", "x"], 2, /--format F is missing/],
    ["no place", ["--format", "svg"], 2, /--out PATH is missing/],
    [
      "weights for a program",
      ["--format", "svg", "--out", "x", "--weights", "y"],
      2,
      /--weights has no use with svg/,
    ],
    ["a folder in the way", ["--format", "svg", "--out", at(".")], 1, /it is a folder/],
    ["a folder that is not there", ["--format", "svg", "--out", at("gone/x.svg")], 1, /The folder is gone/],
    ["a taken folder", ["--format", "tfjs", "--out", at(".")], 1, /is not empty\. Name a new one/],
    [
      "weights that are not there",
      ["--format", "tfjs", "--out", at("t"), "--weights", at("gone")],
      1,
      /it is not there/,
    ],
  ])("refuses %s", async (_, words, status, message) => {
    const ran = await receptive(["export", example("lenet"), ...words]);
    expect(ran).toMatchObject({ status, out: "", err: expect.stringMatching(message) });
    expect(ran.err.trimEnd()).not.toContain("\n");
  });

  test("holds untrained weights in an ONNX model and says so", async () => {
    const out = at("lenet.onnx");
    const ran = await receptive(["export", example("lenet"), "--format", "onnx", "--out", out]);
    expect(ran).toEqual({
      status: 0,
      out: "",
      err: expect.stringMatching(
        /^Without --weights the model is untrained: its weights are those that seed 1 starts with\.\nExported LeNet as onnx to .*lenet\.onnx\. .*oaded again/,
      ),
    });
    expect(readFileSync(out, "latin1")).toContain("those that seed 1 starts with");
    const again = await receptive([
      "export",
      example("lenet"),
      "--format",
      "onnx",
      "--out",
      example("lenet"),
    ]);
    expect(again.err).toContain("Name another file, such as model.onnx.");
  });

  test("writes a PyTorch program and the weights beside it", async () => {
    const program = at("lenet.py");
    const weights = at("weights.safetensors");
    const lenet = ["export", example("lenet"), "--format"];
    expect(await receptive([...lenet, "pytorch", "--out", program])).toMatchObject({ status: 0, out: "" });
    expect(await receptive([...lenet, "safetensors", "--out", weights])).toMatchObject({
      status: 0,
      err: expect.stringContaining("Without --weights the model is untrained"),
    });
    expect(readFileSync(program, "utf8")).toContain('with_name("weights.safetensors")');
    expect(readFileSync(weights, "latin1").slice(8)).toMatch(
      /^\{"__metadata__":\{"format":"pt","design":"LeNet","weights":"initial"\},"conv_1.weight"/,
    );
  });

  test("never writes over the document", async () => {
    const path = put("mine.receptive", readFileSync(example("lenet"), "utf8"));
    const ran = await receptive(["export", path, "--format", "svg", "--out", path]);
    expect(ran).toMatchObject({ status: 2, err: expect.stringContaining("--out is the document itself") });
    expect(readFileSync(path, "utf8")).toBe(readFileSync(example("lenet"), "utf8"));
  });

  test("of a design with problems names the first and its repair", async () => {
    const ran = await receptive(["export", broken, "--format", "svg", "--out", at("no.svg")]);
    expect(ran.status).toBe(1);
    expect(ran.err).toBe("Broken: l1: A 5×5 window does not fit in 4×4×1. Set padding to same.\n");
  });
});

describe("files that cannot be read", () => {
  const huge = put("huge.receptive", "");
  truncateSync(huge, 33 * 2 ** 20);
  mkdirSync(at("folder.receptive"));
  const deep = `${"[".repeat(200_000)}`;
  test.each([
    ["gone", at("gone.receptive"), /it is not there/],
    ["a folder", at("folder.receptive"), /it is a folder/],
    ["too large", huge, /at most 32 MiB/],
    ["cut short", put("cut.receptive", '{"receptive": 1, "designs": ['), /^Cannot open .*cut\.receptive/],
    ["nothing", put("empty.receptive", ""), /^Cannot open /],
    ["deep", put("deep.receptive", deep), /^Cannot open /],
    ["newer", put("newer.receptive", '{"receptive": 99}'), /newer/],
    [
      "hostile",
      put(
        "hostile.receptive",
        '{"receptive":1,"designs":[{"name":"a","nodes":[],"wires":[],"__proto__":{}}]}',
      ),
      /__proto__/,
    ],
  ])("%s", async (_, path, message) => {
    const ran = await receptive(["check", path]);
    expect(ran).toMatchObject({ status: 1, out: "", err: expect.stringMatching(message) });
    expect(ran.err.trimEnd()).not.toMatch(/\n|\.ts:/);
    const json = await receptive(["summary", path, "--json"]);
    expect(json.status).toBe(1);
    expect(JSON.parse(json.out)).toEqual({ error: ran.err.trimEnd() });
  });
});

describe("wrong words", () => {
  test.each([
    [[], /^receptive: a command is missing\.\n\nusage: /],
    [["bake"], /^receptive: unknown command bake\.\n\nusage: /],
    [["toString"], /^receptive: unknown command toString/],
    [["check"], /^receptive check: FILE is missing\. See receptive help\.\n$/],
    [["check", "a", "--epochs", "3"], /unknown option --epochs/],
    [["check", example("lenet"), "--design", "X"], /there is no design "X"\. The document has "LeNet"\./],
    [["data", "fetch"], /unknown word "fetch"\. It can be list\./],
    [["train", example("lenet"), "--epochs", "0"], /--epochs must be a whole number from 1 to 100000, got 0/],
    [["train", example("lenet"), "--batch", "many"], /--batch must be .*, got "many"/],
    [["train", example("lenet"), "--seed", "1.5"], /--seed must be .*, got "1\.5"/],
    [["train", example("lenet"), "--backend", "webgl"], /--backend must be simd or cpu, got "webgl"/],
  ])("%j", async (argv, message) => {
    expect(await receptive(argv)).toMatchObject({ status: 2, out: "", err: expect.stringMatching(message) });
  });

  test("a folder of images that the document only names", async () => {
    const path = put(
      "folder-data.receptive",
      written([edgeLover], { data: { source: "folder", name: "mine" } }),
    );
    expect(await receptive(["train", path])).toMatchObject({
      status: 2,
      err: expect.stringMatching(/Add --data DIR/),
    });
  });
});

test("help and data list", async () => {
  const { status, out } = await receptive(["--help"]);
  expect(status).toBe(0);
  expect(out).toContain("train FILE [--design NAME] [--data DIR]");
  expect((await receptive(["data", "list"])).out).toContain("stripes");
});

describe("as a process", () => {
  const program = fileURLToPath(new URL("../cli.ts", import.meta.url));
  const start = (...argv: string[]) =>
    spawnSync(process.execPath, ["--import", "tsx", program, ...argv], { encoding: "utf8" });

  test("results and complaints go where they belong", () => {
    const good = start("summary", example("lenet"), "--json");
    expect([good.status, good.stderr, JSON.parse(good.stdout).totals.parameters]).toEqual([0, "", 54_314]);
    const bad = start("train", at("gone.receptive"), "--json");
    expect([bad.status, Object.keys(JSON.parse(bad.stdout))]).toEqual([1, ["error"]]);
    expect(bad.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(start("frobnicate").status).toBe(2);
  });
});
