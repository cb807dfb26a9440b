import { strToU8 } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../compile/compile.ts";
import { weightsFit } from "../compile/weights.ts";
import { subjectOf } from "../emit/golden-subjects.ts";
import { safetensors } from "../emit/safetensors.ts";
import type { Design } from "../graph/graph.ts";
import { readDocument } from "../graph/read-document.ts";
import { writeDocument } from "../graph/write-document.ts";
import { defaultRecipe } from "../train/recipe.ts";
import type { GivenFile, Import } from "./imported.ts";
import { importModel } from "./index.ts";
import { type Chance, chanceOf, damaged, twisted } from "./testing/damage.ts";
import * as samples from "./testing/samples.ts";

/** Damaged files of each of the two sorts that every reader gets; many more with an environment variable. */
const cases = Number(process.env.IMPORT_FUZZ ?? 80);
/** Milliseconds of computing that one file may take; a clock would measure the machine's other work too. */
const slowest = 2000;

type Given = readonly GivenFile[];

async function check(given: Given, onto: Design | undefined, told: string): Promise<"read" | "refused"> {
  const start = process.cpuUsage();
  const met: Import = await importModel(given, onto);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000, `${told}: milliseconds`).toBeLessThan(slowest);
  if ("refused" in met) {
    // One sentence or a few, not the inside of a program.
    expect(met.refused, told).toMatch(/^\S.{10,1500}[.?]$/s);
    expect(met.refused, told).not.toMatch(/undefined|\bNaN\b.*\bNaN\b|\[object|Error:|\n {4}at /);
    return "refused";
  }
  const plan = compile(met.design);
  const written = writeDocument({ designs: [met.design], data: { source: "digits" }, recipe: defaultRecipe });
  expect(readDocument(written), told).not.toHaveProperty("refused");
  expect(!met.weights || weightsFit(plan, met.weights), told).toBe(true);
  expect(
    met.report.every((it) => it.fate === "mapped" || it.words.length > 5),
    told,
  ).toBe(true);
  return "read";
}

async function fuzz(name: string, make: (chance: Chance) => Given, onto?: Design): Promise<void> {
  const counts = { read: 0, refused: 0 };
  for (let seed = 0; seed < cases; seed++)
    counts[await check(make(chanceOf(seed)), onto, `${name} ${seed}`)]++;
  // Damage that nobody notices, or that everybody does, would show nothing.
  expect(counts.refused, name).toBeGreaterThan(cases / 20);
  expect(counts.read, name).toBeGreaterThan(cases / 100);
  if (process.env.IMPORT_FUZZ)
    console.warn(
      `${name}: ${counts.read} read, ${counts.refused} refused, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`,
    );
}

const json = (value: unknown): Uint8Array => strToU8(JSON.stringify(value));

describe("damaged files are refused in words or read in part, and never more", { timeout: 3_600_000 }, () => {
  let h5: Uint8Array;
  let weights: Uint8Array;
  beforeAll(async () => {
    h5 = await samples.h5Sample();
    weights = await samples.weightsSample();
  });

  test("the samples themselves are read whole", async () => {
    const keras = samples.archived({ "config.json": json(samples.topology), "model.weights.h5": weights });
    for (const given of [
      samples.tfjsSample(),
      [{ name: "a.h5", bytes: h5 }],
      [{ name: "a.keras", bytes: keras }],
    ]) {
      const met = await importModel(given);
      expect(met).toMatchObject({ weights: expect.anything() });
      expect("report" in met && met.report.every((it) => it.fate === "mapped")).toBe(true);
    }
  });

  test("TensorFlow.js models", async () => {
    const [model, ...shards] = samples.tfjsSample();
    const value: unknown = JSON.parse(new TextDecoder().decode(model?.bytes));
    const name = "model.json";
    await fuzz("tfjs, twisted", (chance) => [{ name, bytes: json(twisted(value, chance)) }, ...shards]);
    await fuzz("tfjs, damaged", (chance) =>
      [...(model ? [model] : []), ...shards].map((it) =>
        chance.below(2) ? { ...it, bytes: damaged(it.bytes, chance) } : it,
      ),
    );
  });

  test("Keras archives", async () => {
    const files = { "config.json": json(samples.topology), "model.weights.h5": weights };
    const whole = samples.archived(files, 6);
    const name = "model.keras";
    await fuzz("keras, twisted", (chance) => [
      { name, bytes: samples.archived({ ...files, "config.json": json(twisted(samples.topology, chance)) }) },
    ]);
    await fuzz("keras, damaged", (chance) => [
      { name, bytes: chance.below(20) ? damaged(whole, chance) : whole },
    ]);
  });

  test("HDF5 files", async () => {
    await fuzz("h5, damaged", (chance) => [
      { name: "model.h5", bytes: damaged(h5, chance, chance.of([512, 8192, h5.length])) },
    ]);
    await fuzz("weights in an archive, damaged", (chance) => [
      {
        name: "model.keras",
        bytes: samples.archived({
          "config.json": json(samples.topology),
          "model.weights.h5": damaged(weights, chance, chance.of([512, 4096, weights.length])),
        }),
      },
    ]);
  });

  test("safetensors", async () => {
    const subject = { ...subjectOf("sample", []), plan: samples.safetensorsPlan };
    const made = safetensors(subject, { weights: samples.safetensorsWeights, trained: true });
    if ("refused" in made) throw new Error(made.refused);
    const headerLength = Number(new DataView(made.bytes.buffer).getBigUint64(0, true));
    const header: unknown = JSON.parse(new TextDecoder().decode(made.bytes.subarray(8, 8 + headerLength)));
    const name = "weights.safetensors";
    await fuzz(
      "safetensors, twisted",
      (chance) => {
        const text = json(twisted(header, chance));
        const bytes = new Uint8Array(8 + text.length + made.bytes.length - 8 - headerLength);
        new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
        bytes.set(text, 8);
        bytes.set(made.bytes.subarray(8 + headerLength), 8 + text.length);
        return [{ name, bytes }];
      },
      samples.safetensorsDesign,
    );
    await fuzz(
      "safetensors, damaged",
      (chance) => [{ name, bytes: damaged(made.bytes, chance, chance.of([16, 1024, made.bytes.length])) }],
      samples.safetensorsDesign,
    );
  });
});
