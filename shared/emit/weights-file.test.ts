import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { initialWeights } from "../compile/weights.ts";
import { goldenSubjects, subjectOf } from "./golden-subjects.ts";
import { npz } from "./npz.ts";
import { readWeightsFile, writeWeightsFile } from "./weights-file.ts";

const { plan } = goldenSubjects.branched ?? subjectOf("none", []);
const other = goldenSubjects.lenet?.plan ?? plan;
const weights = initialWeights(plan, 3);
const file = writeWeightsFile(plan, weights);

test("what is written is read, to the bit", () => {
  expect(readWeightsFile(plan, file)).toEqual({ weights });
  expect(writeWeightsFile(plan, weights)).toEqual(file);
});

// Comparing millions of numbers one by one takes vitest half a minute.
const small = Object.entries(goldenSubjects).filter((it) => it[1].plan.totals.parameters < 50_000);
test.each(small)("every array of %s is read as it was written", (_, subject) => {
  const some = initialWeights(subject.plan, 5);
  expect(readWeightsFile(subject.plan, writeWeightsFile(subject.plan, some))).toEqual({ weights: some });
});

test("a name that every object has is no trouble", () => {
  const odd = subjectOf("Odd", [
    ["image", "input"],
    ["flat", "flatten"],
    ["failed", "dense", { units: 2 }],
  ]).plan;
  const some = initialWeights(odd, 1);
  expect(readWeightsFile(odd, writeWeightsFile(odd, some))).toEqual({ weights: some });
});

test("other files and other designs' weights are refused", () => {
  expect(readWeightsFile(other, file)).toMatchObject({
    refused: expect.stringMatching(/belongs to another design/),
  });
  for (const damaged of [new Uint8Array(), file.slice(0, -30), Uint8Array.from({ length: 500 }, (_, i) => i)])
    expect(readWeightsFile(plan, damaged)).toMatchObject({ refused: expect.stringMatching(/\.npz file/) });
  for (let at = 0; at < file.length; at += 97) {
    const bent = file.slice();
    bent[at] = (bent[at] ?? 0) ^ 0x55;
    expect(() => readWeightsFile(plan, bent)).not.toThrow();
  }
});

test("the exported file is the same, and has no place for what is no number", () => {
  const subject = goldenSubjects.branched;
  if (!subject) throw new Error("There is no such design.");
  expect(npz(subject, { weights, trained: true })).toEqual({ bytes: file });
  const broken = { ...weights, near: (weights.near ?? []).map((it) => it.map(() => Number.NaN)) };
  expect(npz(subject, { weights: broken, trained: true })).toEqual({
    refused: expect.stringMatching(/^The weights of near \(Conv 2D\) hold values that are no finite numbers/),
  });
});

const python = ["python3", "python"].find((it) => spawnSync(it, ["-c", "import numpy"]).status === 0);
if (!python) console.warn("No NumPy here: the weights file is not read by it.");
test.runIf(python)("NumPy reads it", () => {
  const folder = mkdtempSync(join(tmpdir(), "npz-"));
  const path = join(folder, "weights.npz");
  writeFileSync(path, file);
  const places = join(folder, "places.npz");
  const locally = goldenSubjects.locally?.plan ?? plan;
  writeFileSync(places, writeWeightsFile(locally, initialWeights(locally, 3)));
  const program = `import numpy as n, sys
file = n.load(sys.argv[1])
print(sorted(file.files))
it = file["near/kernel"]
print(it.dtype, it.shape, float(it.ravel()[5]))
it = n.load(sys.argv[2])
print(it["places_2/kernel"].shape, it["places_2/bias"].shape, it["across/kernel"][:, :, 0, 0].tolist())`;
  const [names, array, six] = execFileSync(python ?? "", ["-c", program, path, places], { encoding: "utf8" })
    .trim()
    .split(/\r?\n/);
  expect(names).toContain("'lambda/moving_variance', 'near/bias', 'near/kernel'");
  expect(array).toBe(`float32 (3, 1, 1, 8) ${weights.near?.[0]?.[5]}`);
  expect(six).toBe("(13, 12, 2, 3, 2, 4) (13, 12, 4) [[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]");
  rmSync(folder, { recursive: true });
});
