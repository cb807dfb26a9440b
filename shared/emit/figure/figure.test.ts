import { expect, test } from "vitest";
import { drawable, drawDesign } from "../../../bench/agreement/draw-design.ts";
import { compile } from "../../compile/compile.ts";
import { kinds } from "../../nodes/index.ts";
import { isImage } from "../../nodes/shape.ts";
import { figure } from "../figure.ts";
import { goldenSubjects, type Line, subjectOf } from "../golden-subjects.ts";
import type { Subject } from "../subject.ts";
import { themeNames } from "../svg/theme.ts";
import { inception, residual, vgg16 } from "../testing/known-designs.ts";
import { wellFormed } from "../testing/well-formed.ts";
import { blocksOf } from "./blocks.ts";
import { frontOf } from "./draw-block.ts";
import { captionEnd, type Figure, placedFigure } from "./places.ts";
import { scaleFor } from "./scale.ts";
import { scalesFor, widthOf } from "./solids.ts";
import { windowPair } from "./windows.ts";

const drawn = drawable.map((kind, seed): [string, Subject] => [
  `drawn with ${kind}`,
  { ...subjectOf("", []), plan: compile(drawDesign({ seed, wanted: [kind, kind], learns: false })) },
]);
const subjects: readonly (readonly [string, Subject])[] = [
  ...Object.entries(goldenSubjects),
  ["vgg16", vgg16],
  ["residual", residual],
  ["inception", inception],
  ...drawn,
];

function placedOf({ plan }: Subject): Figure {
  const blocks = blocksOf(plan);
  return placedFigure(blocks, scalesFor(blocks));
}

interface Rectangle {
  readonly name: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function rectangles({ placed }: Figure): readonly Rectangle[] {
  return [...placed.values()].flatMap((it): Rectangle[] => {
    const { y, height } = frontOf(it);
    const half = it.caption.width / 2;
    return [
      {
        name: `block ${it.block.id}`,
        left: it.x,
        top: y - it.solid.up,
        right: it.x + widthOf(it.solid),
        bottom: y + height,
      },
      {
        name: `caption ${it.block.id}`,
        left: it.centre - half,
        top: it.captionTop,
        right: it.centre + half,
        bottom: captionEnd(it),
      },
    ];
  });
}

test.each(subjects)("no block or caption of %s covers another, and all are inside", (_, subject) => {
  const all = rectangles(placedOf(subject));
  for (const [index, a] of all.entries())
    for (const b of all.slice(index + 1)) {
      const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
      if (!apart) expect.fail(`${a.name} covers ${b.name}`);
    }
  const [x = 0, y = 0, width = 0, height = 0] =
    /viewBox="([^"]*)"/.exec(figure(subject))?.[1]?.split(" ").map(Number) ?? [];
  for (const it of all) {
    expect(Math.min(it.left - x, it.top - y), it.name).toBeGreaterThan(10);
    expect(Math.min(x + width - it.right, y + height - it.bottom), it.name).toBeGreaterThan(10);
  }
});

test.each(subjects)("a longer side of %s is never drawn shorter", (_, subject) => {
  const images = [...placedOf(subject).placed.values()].filter((it) => it.solid.look === "image");
  const sides = images.flatMap(({ block: { step }, solid }) =>
    isImage(step.output)
      ? [
          [step.output[0], solid.height],
          [step.output[1], solid.width],
        ]
      : [],
  );
  const depths = images.map(({ block: { step }, solid }) => [step.output.at(-1), solid.right]);
  for (const pairs of [sides, depths])
    for (const [sizeA = 0, pixelsA = 0] of pairs)
      for (const [sizeB = 0, pixelsB = 0] of pairs)
        if (Math.sign(pixelsA - pixelsB) !== Math.sign(sizeA - sizeB))
          expect.fail(`${sizeA} is drawn ${pixelsA}, ${sizeB} is drawn ${pixelsB}`);
});

test("every law grows with the size, keeps to its bounds and says its name", () => {
  const cases = [
    [[7, 14, 28], "linear"],
    [[7, 28, 112, 224], "square root"],
    [[1, 2, 4096, 65_536], "logarithm"],
    [[5, 5], "linear"],
    [[], "linear"],
  ] as const;
  for (const [sizes, law] of cases) {
    const scale = scaleFor(sizes, 10, 100);
    expect(scale.law).toBe(law);
    const lengths = sizes.map(scale.length);
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    expect(new Set(lengths).size).toBe(new Set(sizes).size);
    for (const it of lengths) {
      expect(it).toBeGreaterThanOrEqual(10);
      expect(it).toBeLessThanOrEqual(100.000_001);
    }
  }
});

test.each(subjects)("every layer of %s is there, by its name or in a caption", (_, subject) => {
  const blocks = blocksOf(subject.plan);
  const members = blocks.flatMap((it) => [...it.repeated, ...it.folded].map(({ node }) => node.id));
  const ids = subject.plan.steps.map((it) => it.node.id);
  // Layers folded into a repetition are counted with its first layer.
  if (blocks.every((it) => it.repeated.length === 1)) expect(members.toSorted()).toEqual(ids.toSorted());
  const text = figure(subject);
  for (const { id } of blocks) expect(text).toContain(id.slice(0, 12));
});

test("all kinds are among them", () => {
  const used = new Set(subjects.flatMap(([, { plan }]) => plan.steps.map((it) => it.kind.name)));
  expect(used.size).toBe(Object.keys(kinds).length);
});

test("captions say size, operation, window, stride and what follows", () => {
  const words = figure(residual);
  for (const it of ["32×32×16", "conv 3×3", "batch norm,", "relu", "stride 2,", "global average"])
    expect(words).toContain(`>${it}</text>`);
  expect(figure(vgg16)).toContain(">3 × conv 3×3</text>");
  expect(figure(vgg16)).toContain(
    "Scales: height and width square root, channels square root, vectors square root",
  );
});

test("a long figure goes on in rows no wider than a page, a skip over its chain", () => {
  const { rows } = placedOf(vgg16);
  expect(rows.length).toBe(2);
  for (const it of rows) expect(it.right).toBeLessThan(900);
  const figures = placedOf(residual);
  const skip = figures.wires.find((it) => it.skips);
  expect([skip?.from, skip?.to]).toEqual(["stem", "add_1"]);
  for (const id of ["conv_1", "conv_2"]) {
    const it = figures.placed.get(id);
    if (it) expect(skip?.passes[0]?.y).toBeLessThan(frontOf(it).y - it.solid.up);
  }
});

test("a window stands where the layer looks", () => {
  const { steps } = subjectOf("", [
    ["image", "input", { height: 8, width: 8 }],
    ["conv", "conv2d", { kernel: [3, 5], stride: 2, padding: "valid" }],
    ["up", "conv2dTranspose", { filters: 1, kernel: 2, stride: 2 }],
  ]).plan;
  const [, conv, up] = steps;
  if (!conv || !up) throw new Error("The design does not work.");
  // Output 3×2: the last position looks at rows 4 to 6 and columns 2 to 6 of 8.
  expect(windowPair(conv, [1, 1])).toEqual({
    window: "source",
    source: { top: 4 / 8, bottom: 7 / 8, left: 2 / 8, right: 7 / 8 },
    target: { top: 2 / 3, bottom: 1, left: 1 / 2, right: 1 },
  });
  expect(windowPair(up, [0, 1])).toEqual({
    window: "target",
    source: { top: 0, bottom: 1 / 3, left: 1 / 2, right: 1 },
    target: { top: 0, bottom: 2 / 6, left: 2 / 4, right: 1 },
  });
});

test("any name leaves valid XML, themes differ in colours only, greyscale has none", () => {
  for (const [, subject] of subjects) expect(wellFormed(figure(subject))).toBe(true);
  for (const title of ['<b>&"x"</svg>', "\u0000\uD800", "", "]]>", "x".repeat(300)])
    expect(wellFormed(figure({ ...residual, title }))).toBe(true);
  const pictures = themeNames.map((it) => figure(inception, it));
  expect(new Set(pictures).size).toBe(themeNames.length);
  expect(new Set(pictures.map((it) => it.replace(/#[\da-f]{6}/g, "#"))).size).toBe(1);
  for (const [colour] of figure(inception, "greyscale").matchAll(/#[\da-f]{6}/g))
    expect(colour).toMatch(/^#(..)\1\1$/);
  expect(figure(inception)).toBe(figure(inception));
});

test("a figure of nothing has a size, and one of thousands of layers an end", () => {
  expect(figure(subjectOf("Nothing", []))).toMatch(/viewBox="-?\d+ -?\d+ \d+ \d+"/);
  const lines: Line[] = [["image", "input", { height: 4, width: 4 }]];
  for (let index = 0; index < 1500; index++)
    lines.push([`a_${index}`, "conv2d", { filters: 2 + (index % 3), kernel: 1 }]);
  expect(figure(subjectOf("Long", lines)).length).toBeGreaterThan(100_000);
});
