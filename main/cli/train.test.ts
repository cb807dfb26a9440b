import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, describe, expect, test } from "vitest";
import { SimdBackend } from "../../shared/simd/backend.ts";
import { Control } from "../../shared/simd/kernels/protocol.ts";
import { barOf } from "./progress.ts";
import { chainOf, receptive, scratch, written } from "./testing.ts";

const { at, clean } = scratch();
afterAll(clean);

/** An IDX file: unsigned bytes (specification on the MNIST page: magic, sizes, values). */
const idx = (shape: readonly number[], values: readonly number[]): Uint8Array =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((it) => [0, 0, it >> 8, it & 255]), ...values]);

// A bright pixel on the left is class 0, on the right class 1.
const count = 60;
const labels = Array.from({ length: count }, (_, image) => image % 2);
const pixels = labels.flatMap((label, image) =>
  Array.from({ length: 64 }, (_, place) =>
    place === (image * 8 + label * 5) % 64 ? 255 : (place * image) % 40,
  ),
);
const images = at("images");
mkdirSync(images);
writeFileSync(at("images/train-images-idx3-ubyte"), idx([count, 8, 8], pixels));
writeFileSync(at("images/train-labels-idx1-ubyte"), idx([count], labels));

const tiny = chainOf("Tiny", [
  ["input", { height: 8, width: 8 }],
  ["shufflePixels"],
  ["conv2d", { filters: 2, activation: "leakyRelu" }],
  ["batchNorm"],
  ["flatten"],
  ["dense", { units: 2, activation: "softmax" }],
]);
const recipe = { epochs: 2, batch: 16, validation: 0.2 };
const file = at("tiny.receptive");
writeFileSync(file, written([tiny], { data: { source: "folder", name: "images" }, recipe }));

const train = (...words: string[]) => receptive(["train", file, "--data", images, ...words]);

describe("train", () => {
  test("prints one JSON value and saves what export reads", async () => {
    const { status, out, err } = await train("--json", "--out", at("run"));
    expect(status).toBe(0);
    const result = JSON.parse(out);
    const figure = expect.any(Number);
    const epoch = { loss: figure, accuracy: figure, valLoss: figure, valAccuracy: figure, seconds: figure };
    expect(result).toEqual({
      design: "Tiny",
      backend: "simd",
      epochs: [epoch, epoch],
      test: { loss: figure, accuracy: figure },
      imagesPerSecond: figure,
    });
    expect(err).toMatch(/^Training Tiny on images, SIMD.*\nepoch 1\/2 .*\nepoch 2\/2 .*\nSaved /);
    expect(readdirSync(at("run")).toSorted()).toEqual([
      "model.json",
      "training.json",
      "weights.bin",
      "weights.npz",
    ]);
    expect(JSON.parse(readFileSync(at("run/training.json"), "utf8"))).toMatchObject({
      ...result,
      ended: "done",
      data: "images",
      recipe: { epochs: 2, batch: 16, seed: 1 },
    });

    const exported = await receptive([
      "export",
      file,
      "--format",
      "tfjs",
      "--weights",
      at("run"),
      "--out",
      at("tfjs"),
    ]);
    expect(exported).toMatchObject({
      status: 0,
      out: "",
      err: expect.stringMatching(/^Exported Tiny as tfjs/),
    });
    expect(readFileSync(at("tfjs/weights.bin"))).toEqual(readFileSync(at("run/weights.bin")));
  });

  test("same seed, same result; another seed, another one", async () => {
    const loss = async (seed: string) =>
      JSON.parse((await train("--json", "--seed", seed, "--epochs", "1", "--backend", "cpu")).out).epochs[0]
        .loss;
    const first = await loss("5");
    expect(await loss("5")).toBe(first);
    expect(await loss("6")).not.toBe(first);
  });

  test("in words, on a terminal", async () => {
    const { out, err } = await receptive(["train", file, "--data", images, "--epochs", "1"], {
      terminalWidth: 60,
    });
    expect(out).toMatch(/^epoch +loss .*\n +1 +\d\.\d{4} .*\n\nTest accuracy .* examples\/s on SIMD/);
    expect(err.split("\n")).toHaveLength(2);
    for (const line of err.split("\r").slice(1))
      expect([...line.replace("\u001b[K", "")].length).toBeLessThan(60);
  });

  test("Ctrl-C ends it and keeps the weights", async () => {
    const pressed = await receptive(
      ["train", file, "--data", images, "--epochs", "100000", "--out", at("stopped")],
      { interrupt: (press) => setTimeout(press, 300) },
    );
    expect(pressed).toMatchObject({ status: 1, err: expect.stringContaining("Stopped before the end") });
    expect(existsSync(at("stopped/weights.npz"))).toBe(true);
    expect(JSON.parse(readFileSync(at("stopped/training.json"), "utf8")).ended).toBe("stopped");
  });

  test("a loss without end is told and the last good weights are kept", async () => {
    const wild = at("wild.receptive");
    const optimizer = { name: "sgd", rate: 100 };
    const steep = chainOf("Steep", [
      ["input", { height: 8, width: 8 }],
      ["flatten"],
      ["dense", { units: 64, activation: "linear" }],
      ["dense", { units: 64, activation: "linear" }],
      ["dense", { units: 2, activation: "linear" }],
    ]);
    writeFileSync(
      wild,
      written([steep], {
        data: { source: "folder", name: "images" },
        recipe: { ...recipe, epochs: 50, optimizer },
      }),
    );
    const ran = await receptive(["train", wild, "--data", images, "--json", "--out", at("wild")]);
    expect(ran).toMatchObject({ status: 1, err: expect.stringContaining("Try a smaller learning rate") });
    expect(JSON.parse(ran.out).test).toBeNull();
    expect(existsSync(at("wild/weights.npz"))).toBe(true);
  });
});

describe("a run that breaks off", () => {
  /** As a thread of the backend does that dies at work. */
  const breakThreads = (): void => {
    const backend = tf.findBackend("simd");
    if (!(backend instanceof SimdBackend)) throw new Error("The run is not on simd.");
    Atomics.store(backend.heap.words, Control.broken / 4, 1);
  };
  const broken = (...words: string[]) =>
    receptive(["train", file, "--data", images, "--epochs", "100000", "--backend", "simd", ...words], {
      interrupt: () => setTimeout(breakThreads, 300),
    });
  const message = "Training broke off: A thread of the CPU backend died, or no longer answers";

  test("says why, and keeps the last good weights where one can go on from them", async () => {
    const out = at("broken");
    const ran = await broken("--json", "--out", out);
    expect(ran.status).toBe(1);
    expect(ran.err).toContain(message);
    expect(ran.err).toContain(`The last good weights are kept. Go on from them with --weights ${out}.`);
    expect(JSON.parse(ran.out).error).toContain(message);
    expect(readdirSync(out)).toEqual(["weights.npz"]);
    expect(await train("--weights", out, "--epochs", "1")).toMatchObject({ status: 0 });
  });

  test("says why where nothing is to be kept", async () => {
    const { status, err } = await broken();
    expect(status).toBe(1);
    expect(err).toContain(message);
    expect(err).not.toContain("kept");
  });
});

describe("a table", () => {
  const design = chainOf("Dense net", [
    ["input", { shape: [2] }],
    ["dense", { units: 8, activation: "tanh" }],
    ["dense", { units: 2, activation: "softmax" }],
  ]);
  const document = at("table.receptive");
  writeFileSync(
    document,
    written([design], {
      data: { source: "table", name: "ring.csv" },
      recipe: { epochs: 30, batch: 16, optimizer: { name: "adam", rate: 0.02 } },
    }),
  );
  // Inside or outside a circle; sorted by class, with a column that counts the rows and a gap.
  const points = Array.from({ length: 240 }, (_, index) => {
    const radius = index < 120 ? 0.2 + (index % 5) / 10 : 1.2 + (index % 5) / 10;
    return [radius * Math.cos(index), radius * Math.sin(index), index < 120 ? "inside" : "outside"];
  });
  const lines = points.map((it, index) => [index + 1, ...it].join(";").replaceAll(".", ","));
  mkdirSync(at("ring"));
  writeFileSync(at("ring/ring.csv"), `\uFEFFid;x;y;where\r\n${lines.join("\r\n")}\r\n241;;1;inside\r\n`);

  test.each(["ring", "ring/ring.csv"])("trains from %s and says how it was read", async (path) => {
    const { status, out, err } = await receptive(["train", document, "--data", at(path), "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(out).test.accuracy).toBeGreaterThan(0.95);
    expect(err).toMatch(
      /^ring\.csv: Classes come from the column “where”\. Numbers are standardised: .* Left out: “id”, which only counts the rows\. Left out: 1 row with missing cells\. Rows are shuffled once; the last 15 % test\.\nTraining Dense net on ring\.csv, /,
    );
  });

  test("is asked for where the document only names it", async () => {
    const { status, err } = await receptive(["train", document]);
    expect(status).toBe(2);
    expect(err).toContain("the document trains on the table “ring.csv” and does not know where it lies");
  });

  test("and images refuse each other's designs with what to do", async () => {
    const table = await receptive(["train", file, "--data", at("ring")]);
    expect(table.err).toContain(
      "l0: The input takes images of 8×8×1, the data is a table with rows of 2 values. Set the input to 2 values",
    );
    const pictures = await receptive(["train", document, "--data", images]);
    expect(pictures.err).toContain("Use an image input and Flatten behind it.");
  });
});

describe("train refuses", () => {
  const bad = at("bad");
  mkdirSync(bad);
  writeFileSync(at("bad/train-images-idx3-ubyte"), Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]));
  writeFileSync(at("bad/train-labels-idx1-ubyte"), idx([2], [0, 1]));
  mkdirSync(at("empty"));
  const large = at("large.receptive");
  writeFileSync(large, written([chainOf("Large", [["input"], ["flatten"], ["dense", { units: 2 }]])]));

  test.each([
    ["a folder that is not empty", ["--out", images], /is not empty\. Name a new one/],
    ["a file as the folder", ["--out", file], /is a file and not a folder/],
    ["images that are none", ["--data", bad], /train-images-idx3-ubyte/],
    ["a folder without images", ["--data", at("empty")], /IDX/],
    ["a folder that is not there", ["--data", at("gone")], /it is not there/],
  ])("%s", async (_, words, message) => {
    const ran = await receptive([
      "train",
      file,
      ...(words.includes("--data") ? [] : ["--data", images]),
      ...words,
    ]);
    expect(ran).toMatchObject({ status: 1, out: "", err: expect.stringMatching(message) });
    expect(ran.err.trimEnd()).not.toContain("\n");
  });

  test("images that the design does not take", async () => {
    const ran = await receptive(["train", large, "--data", images]);
    expect(ran.err).toBe(
      "Large: l0: The input takes 28×28×1, the images are 8×8×1. Set the input to 8×8×1.\n",
    );
  });

  test("the weights of another design", async () => {
    const ran = await receptive([
      "export",
      large,
      "--format",
      "tfjs",
      "--weights",
      at("run"),
      "--out",
      at("x"),
    ]);
    expect(ran).toMatchObject({ status: 1, err: expect.stringContaining("belongs to another design") });
    expect(existsSync(at("x"))).toBe(false);
  });
});

test("the bar", () => {
  const moment = {
    epoch: 3,
    step: 5,
    steps: 10,
    score: { loss: 0.5, accuracy: 0.75 },
    imagesPerSecond: 5_900.4,
    secondsLeft: 75,
  };
  expect(barOf(moment, 10, 200)).toBe(
    "epoch 3/10  ██████████░░░░░░░░░░  loss 0.500  accuracy 0.750  5,900 examples/s  1 min 15 s left",
  );
  expect(barOf(moment, 10, 12)).toBe("epoch 3/10  ");
});
