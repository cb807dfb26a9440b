import { expect, test } from "vitest";
import { compile } from "../compile/compile.ts";
import { knownDataShape } from "../train/dataset.ts";
import { readDocument } from "./read-document.ts";
import { templates } from "./templates.ts";
import { writeDocument } from "./write-document.ts";

test.each(templates)("$title is the file examples/$file.receptive", async ({ file, document }) => {
  await expect(writeDocument(document)).toMatchFileSnapshot(`../../examples/${file}.receptive`);
  expect(readDocument(writeDocument(document))).toEqual(document);
});

test("the networks have the parameters of the literature's sums", () => {
  const counted = templates.flatMap(({ document: { designs, data } }) =>
    designs.map((design) => {
      const plan = compile(design, { data: knownDataShape(data) });
      return [design.name, plan.ready, plan.totals.parameters];
    }),
  );
  expect(counted).toEqual([
    ["Edge lover", true, 5 * 5 + 1 + 2 + 2],
    ["CNN", true, 80 + 584 + 1168 + 2320 + 31_400 + 410],
    ["fcNN", true, 84_060],
    ["Convolution", true, 40 + 7850],
    ["Locally connected", true, 7840 + 7850],
    ["Fully connected", true, 615_440 + 7850],
    ["Kernels by name", true, 4 * 9 + 7850],
    ["LeNet", true, 54_314],
    ["Dense net", true, 2 * 16 + 16 + 16 * 16 + 16 + 16 * 3 + 3],
    ["Design", false, 0],
  ]);
});
