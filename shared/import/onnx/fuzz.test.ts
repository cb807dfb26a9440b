import { expect, test } from "vitest";
import { createDice } from "../../../bench/agreement/dice.ts";
import { readOnnx } from "./read.ts";
import { anonymous, fileOf, planAt, trained } from "./testing/designs.ts";
import { mutated } from "./testing/mutate.ts";

/** More of them with an environment variable. */
const cases = Number(process.env.IMPORT_FUZZ ?? 500);

test(`${cases} damaged files are read or refused in a sentence, soon`, { timeout: 3_600_000 }, () => {
  const files = Array.from({ length: 30 }, (_, seed) => {
    const plan = planAt(seed);
    const file = fileOf(plan, trained(plan));
    return seed % 2 ? anonymous(file) : file;
  });
  let refused = 0;
  for (let seed = 0; seed < cases; seed++) {
    const bytes = mutated(files[seed % files.length] ?? new Uint8Array(), createDice(seed));
    const before = process.cpuUsage();
    const read = readOnnx({ name: "model.onnx", bytes });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000, `milliseconds of seed ${seed}`).toBeLessThan(2000);
    const words =
      "refused" in read ? [read.refused] : read.report.map((it) => it.words).filter((it) => it !== "");
    for (const it of words) expect(it, String(seed)).toMatch(/^(?!.*(undefined|NaN|\[object)).*\.$/s);
    if ("refused" in read) refused++;
  }
  expect(process.memoryUsage().rss).toBeLessThan(2 ** 30);
  // Both happen often, or the damage is of one sort.
  expect(refused / cases).toBeGreaterThan(0.1);
  expect(refused / cases).toBeLessThan(0.9);
});
