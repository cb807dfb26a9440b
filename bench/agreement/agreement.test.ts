import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { nodeBackends } from "../../main/node-backends.ts";
import { compile } from "../../shared/compile/compile.ts";
import { askTorch, disagrees, drawDesigns, findTorch, runDesigns } from "./agreement.ts";
import { createNumbers } from "./case.ts";
import { smallestDisagreement, summary, traitCounts } from "./report.ts";

const python = findTorch();
if (!python) console.warn("PyTorch is not installed here: designs are not compared with it.");

beforeAll(async () => {
  await nodeBackends.start("simd");
  await tf.setBackend("simd");
});

test("600 drawn designs are sound and hold every kind and trait often enough", () => {
  const designs = drawDesigns(600, 1);
  const unsound = designs.flatMap((it) =>
    compile(it).problems.filter(({ severity }) => severity === "error"),
  );
  expect(unsound.map((it) => it.message)).toEqual([]);
  expect(summary(designs, []).filter((it) => it.designs < 30)).toEqual([]);
  expect([...traitCounts(designs)].filter(([, count]) => count < 3)).toEqual([]);
});

test.skipIf(!python)("60 designs give in PyTorch what they give here", () => {
  const designs = drawDesigns(60, 1000);
  const numbers = createNumbers();
  const { cases, failed } = runDesigns(designs, 1000, numbers);
  const findings = [...failed, ...askTorch(python ?? "", cases, numbers)];
  expect(smallestDisagreement(designs, findings)).toBeUndefined();
  expect(new Set(findings.map((it) => it.case)).size).toBe(60);
  expect(findings.filter((it) => it.what.startsWith("gradient")).length).toBeGreaterThan(40);
});

test.skipIf(!python)("what is wrong is found: a count, a shape, a result, a gradient", () => {
  const numbers = createNumbers();
  const [whole] = runDesigns(drawDesigns(1, 3), 3, numbers).cases;
  const dense = whole?.nodes.at(-1);
  const loss = whole?.learning;
  if (!whole || dense?.kind !== "dense" || !loss) throw new Error("Design 0 learns and ends in dense.");
  const nodes = (changed: typeof dense) => [...whole.nodes.slice(0, -1), changed];
  const elsewhere = { ...dense.output, at: whole.given.at };
  const wrong = [
    { ...whole, name: "right" },
    { ...whole, name: "count", nodes: nodes({ ...dense, parameters: dense.parameters + 1 }) },
    { ...whole, name: "shape", nodes: nodes({ ...dense, shape: [1] }) },
    { ...whole, name: "result", nodes: nodes({ ...dense, output: elsewhere }) },
    {
      ...whole,
      name: "gradient",
      learning: { ...loss, arrays: loss.arrays.map((it) => ({ ...it, at: whole.given.at })) },
    },
  ];
  const found = askTorch(python ?? "", wrong, numbers).filter(disagrees);
  expect([...new Set(found.map((it) => it.case))]).toEqual(["count", "shape", "result", "gradient"]);
});
