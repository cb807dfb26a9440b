import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chainOf, receptive, scratch, written } from "./testing.ts";

const { at, clean } = scratch();
afterAll(clean);

const tiny = chainOf("Tiny", [
  ["input", { height: 50, width: 50 }],
  ["conv2d", { filters: 2, stride: [4, 4] }],
  ["flatten"],
  ["dense", { units: 2, activation: "softmax" }],
]);
const file = at("tiny.receptive");
writeFileSync(file, written([tiny]));
mkdirSync(at("empty"));

beforeAll(async () => {
  for (const format of ["tfjs", "safetensors"])
    await receptive(["export", file, "--format", format, "--out", at(format)]);
}, 60_000);

describe("import", () => {
  test("turns an exported model into a document and weights that train and export take", async () => {
    const [out, weights] = [at("back.receptive"), at("weights")];
    const ran = await receptive(["import", at("tfjs/model.json"), "--out", out, "--weights", weights]);
    expect(ran).toMatchObject({ status: 0, err: "" });
    expect(ran.out).toMatch(/^in the file +node\n/);
    expect(ran.out).toContain("l1 (Conv2D)");
    expect(ran.out).toMatch(/4 layers, [\d,]+ parameters, with weights\n$/);
    const { designs, data } = JSON.parse(readFileSync(out, "utf8"));
    expect(designs[0].nodes.map((it: { id: string }) => it.id)).toEqual(["l0", "l1", "l2", "l3"]);
    expect(data).toEqual({ source: "stripes" });
    expect(readdirSync(weights).toSorted()).toEqual(["import.json", "weights.npz"]);

    const again = await receptive([
      ...["export", out, "--format", "safetensors", "--weights", weights, "--out", at("again.safetensors")],
    ]);
    expect(again).toMatchObject({ status: 0, err: expect.stringMatching(/all [\d,]+ weights are equal/) });
    const values = (path: string) => {
      const bytes = readFileSync(path);
      return bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)));
    };
    expect(values(at("again.safetensors")).equals(values(at("safetensors")))).toBe(true);
  });

  test("trains on from imported weights", async () => {
    const weights = at("onto");
    const onto = ["--onto", file, "--weights", weights, "--json"];
    const ran = await receptive(["import", at("safetensors"), ...onto]);
    expect(ran).toMatchObject({ status: 0, err: "" });
    expect(JSON.parse(ran.out)).toMatchObject({ design: "Tiny", weights: true, written: true });
    const train = ["train", file, "--epochs", "1", "--json"];
    const [fresh, further, other] = [
      await receptive(train),
      await receptive([...train, "--weights", weights]),
      await receptive([...train, "--seed", "5", "--weights", weights]),
    ];
    const lossOf = ({ out }: { out: string }): number => JSON.parse(out).epochs[0].loss;
    // The exported weights were those that seed 1 starts with.
    expect(lossOf(further)).toBe(lossOf(fresh));
    expect(other.status).toBe(0);
  });

  test("a folder is a model, and a model.json finds its shards", async () => {
    const ran = await receptive(["import", at("tfjs"), "--out", at("folder.receptive"), "--json"]);
    expect(ran).toMatchObject({ status: 0, err: "" });
    expect(JSON.parse(ran.out)).toMatchObject({ weights: true, report: expect.any(Array) });
    expect(existsSync(at("folder.receptive"))).toBe(true);
  });

  test("what is missing is reported, and nothing is written unless gaps are allowed", async () => {
    const model = JSON.parse(readFileSync(at("tfjs/model.json"), "utf8"));
    const config = model.modelTopology.config ?? model.modelTopology.model_config.config;
    const layer = config.layers.find((it: { class_name: string }) => it.class_name === "Flatten");
    layer.class_name = "LSTM";
    mkdirSync(at("lstm"));
    writeFileSync(at("lstm/model.json"), JSON.stringify({ ...model, weightsManifest: undefined }));
    const words = ["import", at("lstm/model.json"), "--out", at("gap.receptive")];
    const refused = await receptive(words);
    expect(refused).toMatchObject({ status: 1, err: expect.stringContaining("--gaps") });
    expect(refused.out).toMatch(/LSTM\) +refused/);
    expect(existsSync(at("gap.receptive"))).toBe(false);
    expect(await receptive([...words, "--gaps"])).toMatchObject({ status: 0, err: "" });
    expect(existsSync(at("gap.receptive"))).toBe(true);
  });

  test.each([
    ["no place", () => [at("tfjs")], 2, /--out FILE is missing/],
    ["no folder for weights alone", () => [at("safetensors"), "--onto", file], 2, /--weights DIR is missing/],
    ["the model itself", () => [at("safetensors"), "--out", at("safetensors")], 2, /the model itself/],
    ["nothing there", () => [at("no.onnx"), "--out", at("x")], 1, /Cannot open “no\.onnx”: it is not there/],
    ["weights without a design", () => [at("safetensors"), "--out", at("x")], 1, /no structure/],
    ["a folder without a model", () => [at("empty"), "--out", at("x")], 1, /holds no model\.json/],
    [
      "a document among shards",
      () => [file, at("tfjs/model.json"), "--out", at("x")],
      1,
      /no part of a model/,
    ],
  ])("refuses %s", async (_, words, status, message) => {
    const ran = await receptive(["import", ...words()]);
    expect(ran).toMatchObject({ status, out: "", err: expect.stringMatching(message) });
    expect(existsSync(at("x"))).toBe(false);
  });

  test("refuses a pickle by name, as one JSON value where that is wanted", async () => {
    writeFileSync(at("net.pt"), Uint8Array.of(0x80, 2, 0x8a, 10));
    const ran = await receptive(["import", at("net.pt"), "--out", at("x"), "--json"]);
    expect(ran.status).toBe(1);
    expect(JSON.parse(ran.out).error).toMatch(/"net\.pt" is a Python pickle.*safetensors/);
  });
});
