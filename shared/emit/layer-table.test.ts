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
    output: [28, 28, 8],
    parameters: 208,
    trainable: 208,
    macs: 156_800,
    receptiveField: [5, 5],
  });
  expect(rows.reduce((sum, it) => sum + it.parameters, 0)).toBe(54_314);
});

test("every text format makes a text of its own", () => {
  const texts = Object.values(formats).flatMap((it) => (it.makes === "text" ? [it.emit(lenet)] : []));
  expect(new Set(texts).size).toBe(3);
});
