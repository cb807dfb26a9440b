import { expect, test } from "vitest";
import { chain } from "../graph/chain.ts";
import { asDocument } from "./as-document.ts";

test.each([
  [{ height: 50, width: 50 }, 2, "stripes"],
  [{ height: 28, width: 28 }, 10, "digits"],
  [{ shape: [2] }, 3, "spirals"],
  [{ height: 50, width: 50 }, 7, "stripes"],
  [{ height: 32, width: 32, channels: 3 }, 10, "digits"],
])("a design for %j and %d classes comes with %s", (image, units, source) => {
  const design = chain("net", [["input", image], "flatten", ["dense", { units }]]);
  const document = asDocument(design);
  expect(document.data).toEqual({ source });
  expect(document.designs).toEqual([design]);
});
