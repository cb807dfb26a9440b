import { expect, test } from "vitest";
import { goldenSubjects, subjectOf } from "./golden-subjects.ts";
import { formats } from "./index.ts";
import { layerTable } from "./layer-table.ts";

const lenet = goldenSubjects.lenet ?? subjectOf("none", []);

test("a row per layer", () => {
  const rows = layerTable(lenet.plan);
  expect(rows.map((it) => it.kind)).toEqual(lenet.plan.steps.map((it) => it.kind.name));
  expect(rows[1]).toEqual({
    id: lenet.plan.steps[1]?.node.id,
    kind: "conv2d",
    title: "Conv 2D",
    settings: "8 · 5×5 · same · relu",
    output: [28, 28, 8],
    parameters: 208,
    trainable: 208,
    frozen: 0,
    states: 0,
    share: (100 * 208) / 54_314,
    macs: 156_800,
    additions: 28 * 28 * 8,
    comparisons: 28 * 28 * 8,
    receptiveField: [5, 5],
    jump: [1, 1],
    offset: [-2, -2],
  });
  expect(rows.reduce((sum, it) => sum + it.parameters, 0)).toBe(54_314);
});

test("every stored number learns, is frozen, or is a state", () => {
  for (const { plan } of Object.values(goldenSubjects)) {
    const rows = layerTable(plan);
    for (const it of rows) expect(it.trainable + it.frozen + it.states, it.id).toBe(it.parameters);
    expect(rows.reduce((sum, it) => sum + it.share, 0)).toBeCloseTo(100);
  }
  const [, , norm, , , norm2] = layerTable(goldenSubjects.mobile?.plan ?? lenet.plan);
  expect([norm?.states, norm2?.states]).toEqual([16, 0]);
});

test("every text format makes a text of its own", () => {
  const texts = Object.values(formats).flatMap((it) => (it.makes === "text" ? [it.emit(lenet)] : []));
  expect(new Set(texts).size).toBe(texts.length);
});
