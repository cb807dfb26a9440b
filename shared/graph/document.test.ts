import { describe, expect, test } from "vitest";
import type { Document } from "./document.ts";
import { addDesign, duplicateDesign, removeDesign, renameDesign } from "./edit-document.ts";
import { migrated } from "./migrations.ts";
import { canRenameDesign } from "./names.ts";
import { readClip, readDocument } from "./read-document.ts";
import { writeDocument } from "./write-document.ts";

const written = `{
  "receptive": 1,
  "designs": [
    {
      "name": "CNN",
      "nodes": [
        { "id": "image", "kind": "input", "at": [0, 0] },
        { "id": "conv_1", "kind": "conv2d", "values": { "filters": 16, "kernel": [3, 5] }, "at": [0, 140] },
        { "id": "add_1", "kind": "add", "at": [20.5, 320] }
      ],
      "wires": [
        { "from": "image", "to": "conv_1" },
        { "from": "conv_1", "to": "add_1", "slot": 0 },
        { "from": "conv_1", "to": "add_1", "slot": 1 }
      ]
    }
  ],
  "data": { "source": "stripes" },
  "recipe": {
    "epochs": 10,
    "batch": 64,
    "optimizer": { "name": "adam", "rate": 0.001 },
    "validation": 0.1,
    "seed": 1,
    "earlyStopping": { "on": false, "patience": 5 }
  }
}
`;

function opened(text: string): Document {
  const document = readDocument(text);
  if ("refused" in document) throw new Error(document.refused);
  return document;
}

const refusal = (text: string): string => {
  const document = readDocument(text);
  return "refused" in document ? document.refused : "opened";
};

describe("a document", () => {
  test("is written as it was read, and reads as it was written", () => {
    expect(writeDocument(opened(written))).toBe(written);
    expect(opened(writeDocument(opened(written)))).toEqual(opened(written));
  });

  test("may be on one line, begin with a byte order mark, and leave out data, recipe and values", () => {
    const short = JSON.stringify({ receptive: 1, designs: [{ name: "a", nodes: [], wires: [] }] });
    const { recipe, data } = opened(`\ufeff${short}`);
    expect([recipe.epochs, data.source]).toEqual([10, "digits"]);
    expect(opened(written.replaceAll("\n", "\r\n"))).toEqual(opened(written));
  });

  test("does not keep defaults that it spells out", () => {
    const spelt = written.replace('"filters": 16', '"filters": 8, "stride": [1, 1], "padding": "same"');
    expect(opened(spelt).designs[0]?.nodes[1]?.values).toEqual({ kernel: [3, 5] });
  });

  test.each([
    ['"filters": 16', '"filters": 0', { filters: 0, kernel: [3, 5] }],
    ['"filters": 16', '"filters": 1.5', { filters: 1.5, kernel: [3, 5] }],
    ['"filters": 16', '"padding": "full"', { kernel: [3, 5], padding: "full" }],
    ["[3, 5]", "[3, -5]", { filters: 16, kernel: [3, -5] }],
  ])("opens with a value that only the compiler refuses: %s → %s", (from, to, values) => {
    expect(opened(written.replace(from, to)).designs[0]?.nodes[1]?.values).toEqual(values);
  });

  test("opens with wires that only the compiler refuses", () => {
    const circle = '{ "from": "image", "to": "conv_1" },\n{ "from": "add_1", "to": "conv_1" }';
    expect(
      opened(written.replace('{ "from": "image", "to": "conv_1" }', circle)).designs[0]?.wires,
    ).toHaveLength(4);
  });
});

describe("refused with place, value and remedy", () => {
  const node = "designs[0].nodes[1]";
  test.each([
    // What is not JSON
    [
      '"filters": 16',
      '"filters": NaN',
      'Line 8, column 68: a number, a text in quotes, true, false, null, a list or an object is expected, got "NaN". Mend it in a text editor.',
    ],
    [
      '"filters": 16',
      '"filters" 16',
      'Line 8, column 67: a colon after the key is expected, got "16". Mend it in a text editor.',
    ],
    [
      '"filters": 16',
      '"filters": 016',
      'Line 8, column 68: a number, a text in quotes, true, false, null, a list or an object is expected, got "016". Mend it in a text editor.',
    ],
    [
      '"filters": 16,',
      '"filters": 16',
      'Line 8, column 71: a comma or } is expected, got "\\"". Mend it in a text editor.',
    ],
    [
      '"CNN"',
      '"C\nN"',
      'Line 5, column 17: the end of a text in quotes, on the same line, is expected, got "\\n". Mend it in a text editor.',
    ],
    [
      '"CNN"',
      '"C\\xNN"',
      'Line 5, column 18: a JSON escape after \\ is expected, got "xNN". Mend it in a text editor.',
    ],
    // Hostile keys
    ['"filters": 16', '"__proto__": 16', 'Line 8, column 57: the key "__proto__" is not allowed. Remove it.'],
    [
      '"epochs": 10',
      '"constructor": 10',
      'Line 20, column 5: the key "constructor" is not allowed. Remove it.',
    ],
    ['"epochs": 10', '"toString": 10', "recipe.toString is not a part of a recipe."],
    [
      '"kernel"',
      '"f\\u0069lters"',
      'Line 8, column 72: the key "filters" stands twice in one object. Remove one of them.',
    ],
    [
      '"epochs": 10',
      '"epo\\nchs": 10',
      'Line 20, column 5: "epo\\nchs" cannot be a key of a document. Remove or correct it.',
    ],
    // Version
    [
      '"receptive": 1,',
      "",
      'This is not a Receptive document: it has no format version "receptive" at its top.',
    ],
    [
      '"receptive": 1',
      '"receptive": 2',
      "The document has format version 2, this Receptive reads up to version 1. Install a newer Receptive.",
    ],
    [
      '"receptive": 1',
      '"receptive": "1"',
      'receptive must be the format version, a whole number from 1, got "\\"1\\"".',
    ],
    [
      '"receptive": 1',
      '"receptive": 0',
      "receptive must be the format version, a whole number from 1, got 0.",
    ],
    // Keys, types, names
    [
      '"data"',
      '"dat"',
      'The document has a key that is not known, "dat"; it can have designs, data, recipe. Remove or correct it.',
    ],
    [
      '"at": [0, 140]',
      '"at": [0, 140], "colour": "red"',
      `${node} has a key that is not known, "colour"; it can have id, kind, values, at. Remove or correct it.`,
    ],
    [
      '"filters"',
      '"filter"',
      `${node}.values has a key that is not known, "filter"; it can have filters, kernel, stride, padding, dilation, bias, activation, weights, across, trainable. Remove or correct it.`,
    ],
    [
      '"filters": 16',
      '"filters": "16"',
      `${node}.values.filters must be a whole number from 1 to 65536, got "16".`,
    ],
    [
      '"filters": 16',
      '"filters": null',
      `${node}.values.filters must be a whole number from 1 to 65536, got null.`,
    ],
    [
      '"filters": 16',
      '"filters": 1e308',
      `${node}.values.filters must be a whole number from 1 to 65536, got 1e+308.`,
    ],
    [
      '"filters": 16',
      '"filters": 1e999',
      `${node}.values.filters must be a whole number from 1 to 65536, got Infinity.`,
    ],
    [
      "[3, 5]",
      "[3, 5, 7]",
      `${node}.values.kernel must be a whole number from 1 to 4096 or a pair [height, width] of them, got [3, 5, 7].`,
    ],
    [
      '"conv_1", "kind"',
      '"Conv 1", "kind"',
      `${node}.id must be lower-case letters, digits and _ with a letter first, got "Conv 1".`,
    ],
    [
      '"conv_1", "kind"',
      '"image", "kind"',
      `${node}.id is "image", as designs[0].nodes[0].id is already. Rename one of them.`,
    ],
    [
      '"conv2d"',
      '"valueOf"',
      /^designs\[0\]\.nodes\[1\]\.kind must be one of input, conv2d, .*, got "valueOf"\.$/,
    ],
    ["[0, 140]", "[0]", `${node}.at must be [x, y], two numbers from -1000000 to 1000000, got [0].`],
    [
      "[0, 140]",
      "[0, 1e7]",
      `${node}.at must be [x, y], two numbers from -1000000 to 1000000, got [0, 10000000].`,
    ],
    ["[0, 140]", "{}", `${node}.at must be [x, y], two numbers from -1000000 to 1000000, got an object.`],
    ['"name": "CNN"', '"name": " "', "designs[0].name must not be empty."],
    ['"name": "CNN"', '"name": "C\\nN"', "designs[0].name must be one line of printable characters."],
    ['"name": "CNN",', "", "designs[0].name must be a text in quotes, got nothing."],
    // Wires
    [
      '"to": "conv_1" }',
      '"to": "conv_2" }',
      'designs[0].wires[0].to must be the id of a node of this design, got "conv_2".',
    ],
    [
      '"to": "conv_1" }',
      '"to": "conv_1", "slot": 1 }',
      "designs[0].wires[0].slot must be left out, since conv_1 has one input, got 1.",
    ],
    [
      '"slot": 1',
      '"slot": 0',
      "designs[0].wires[2].slot is 0, which designs[0].wires[1] takes at add_1 already. Number the inputs 0, 1, ….",
    ],
    ['"slot": 1', '"slot": -1', "designs[0].wires[2].slot must be a whole number from 0 to 1023, got -1."],
    [
      '"to": "conv_1" }',
      '"to": "conv_1" }, { "from": "image", "to": "conv_1" }',
      "designs[0].wires[1] is the same wire as designs[0].wires[0]. Remove one of them.",
    ],
    // The other parts
    ['"stripes"', '"cats"', 'data.source must be stripes, digits, spirals, folder or table, got "cats".'],
    ['"epochs": 10', '"epochs": 0', "recipe.epochs must be a whole number from 1 to 100000, got 0."],
  ] as const)("%s → %s", (from, to, reason) => {
    expect(written).toContain(from);
    const met = refusal(written.replace(from, to));
    if (typeof reason === "string") expect(met).toBe(reason);
    else expect(met).toMatch(reason);
  });

  const nested = (times: number) => `${"[".repeat(times)}${"]".repeat(times)}`;
  const many = (count: number, entry: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => entry(index)).join(",");
  const design = (nodes: string, wires = "") => `{"name":"a","nodes":[${nodes}],"wires":[${wires}]}`;

  test.each([
    ["an empty file", "", "The file is empty. Take an earlier copy of it."],
    ["blanks", " \n\t ", "The file is empty. Take an earlier copy of it."],
    ["another kind of file", "PK\u0003\u0004", /^Line 1, column 1: .* is expected, got "PK"/],
    ["a list", "[]", "The document must be an object, got []."],
    [
      "something after the end",
      `${written}{}`,
      /^Line 28, column 1: the end of the file is expected, got "\{"/,
    ],
    [
      "brackets without end",
      "[".repeat(1e6),
      /^Line 1, column 33: lists and objects are nested deeper than 32/,
    ],
    ["braces without end", '{"a":'.repeat(1e6), /nested deeper than 32/],
    [
      "deep nesting",
      written.replace("16", nested(1000)),
      /^Line 8, column \d+: lists and objects are nested/,
    ],
    ["34 million characters", " ".repeat(34e6), /^The file has 34000000 characters; at most 32 MiB/],
    ["no design", '{"receptive":1,"designs":[]}', "designs is empty. A document holds at least one design."],
    [
      "a million nodes",
      `{"receptive":1,"designs":[${design(many(1e6, () => '{"id":"a","kind":"add"}'))}]}`,
      "designs[0].nodes has 1000000 entries, at most 20000 can be opened.",
    ],
    [
      "a hundred designs",
      `{"receptive":1,"designs":[${many(100, () => design(""))}]}`,
      "designs has 100 entries, at most 64 can be opened.",
    ],
    [
      "two designs of one name",
      `{"receptive":1,"designs":[${design("")},${design("")}]}`,
      'designs[1].name is "a", as designs[0].name is already. Rename one of them.',
    ],
  ])("%s", (_, text, reason) => {
    const met = refusal(text);
    if (typeof reason === "string") expect(met).toBe(reason);
    else expect(met).toMatch(reason);
  });

  test("a file that was cut off anywhere", () => {
    for (let end = 1; end < written.trimEnd().length; end++)
      expect(refusal(written.slice(0, end))).toMatch(
        /^Line \d+, column \d+: the file ends where .* Take an earlier copy of it\.$|expected, got/,
      );
  });
});

test("the largest document that is allowed opens", () => {
  const nodes = Array.from({ length: 20_000 }, (_, index) => ({
    id: `a${index}`,
    kind: "flatten",
    at: [0, index],
  }));
  const wires = nodes.slice(1).map(({ id }, index) => ({ from: `a${index}`, to: id }));
  const { designs } = opened(JSON.stringify({ receptive: 1, designs: [{ name: "a", nodes, wires }] }));
  expect(designs[0]?.wires).toHaveLength(19_999);
});

describe("older versions", () => {
  test("go through every step from theirs on", () => {
    const steps = ["two", "three"].map((word) => (older: object) => ({
      ...older,
      [word]: Object.keys(older).length,
    }));
    expect(migrated({ receptive: 1 }, steps)).toEqual({ document: { two: 0, three: 1 } });
    expect(migrated({ receptive: 2 }, steps)).toEqual({ document: { three: 0 } });
    expect(migrated({ receptive: 3, designs: [] }, steps)).toEqual({ document: { designs: [] } });
    expect(migrated({ receptive: 4 }, steps)).toHaveProperty("refused");
  });
});

describe("a clipboard", () => {
  test.each([
    ["some text", /^Line 1, column 1/],
    ["{}", "The clipboard holds no layers of this version of Receptive."],
    ['{"receptiveClip":1,"nodes":[],"wires":[{"from":"a","to":"b"}]}', /^wires\[0\]\.from must be the id/],
  ])("with %s is refused", (text, reason) => {
    const read = readClip(text);
    expect("refused" in read ? read.refused : "read").toMatch(reason);
  });
});

describe("designs", () => {
  const document = opened(written);

  test("get names of their own", () => {
    const { document: two, name } = duplicateDesign(document, "CNN");
    expect(name).toBe("CNN 2");
    expect(duplicateDesign(two, "CNN 2").name).toBe("CNN 3");
    expect(two.designs.map((it) => it.nodes)).toEqual([
      document.designs[0]?.nodes,
      document.designs[0]?.nodes,
    ]);
    const three = addDesign(two, { name: "fcNN", nodes: [], wires: [] }, "CNN").document;
    expect(three.designs.map((it) => it.name)).toEqual(["CNN", "fcNN", "CNN 2"]);
    expect(canRenameDesign(three, "fcNN", "CNN")).toBe("Another design is called CNN already.");
    expect(renameDesign(three, "fcNN", "CNN")).toBe(three);
    expect(renameDesign(three, "fcNN", "")).toBe(three);
    expect(renameDesign(three, "fcNN", "Dense").designs[1]?.name).toBe("Dense");
  });

  test("can be removed down to the last", () => {
    const { document: two } = duplicateDesign(document, "CNN");
    expect(removeDesign(two, "CNN").designs.map((it) => it.name)).toEqual(["CNN 2"]);
    expect(removeDesign(document, "CNN")).toBe(document);
    expect(removeDesign(two, "none")).toBe(two);
  });

  test("are 64 at most", () => {
    let full = document;
    for (let count = 0; count < 80; count++) full = duplicateDesign(full, "CNN").document;
    expect(full.designs).toHaveLength(64);
    expect(opened(writeDocument(full))).toEqual(full);
  });
});
