import { beforeAll, describe, expect, test } from "vitest";
import { drawable, drawDesign } from "../../bench/agreement/draw-design.ts";
import { compile } from "../compile/compile.ts";
import { initialWeights, type Weights } from "../compile/weights.ts";
import { subjectOf } from "../emit/golden-subjects.ts";
import { kerasArchive } from "../emit/keras/archive.ts";
import { kerasLegacy } from "../emit/keras/legacy.ts";
import type { FileExport, GivenWeights, Subject } from "../emit/subject.ts";
import { exportTfjs } from "../tfjs/export.ts";
import { use } from "../tfjs/testing/backends.ts";
import type { GivenFile } from "./imported.ts";
import { importModel } from "./index.ts";
import { meaning } from "./testing/same-plan.ts";

/** Random designs for each format; hundreds with an environment variable. */
const designs = Number(process.env.IMPORT_DESIGNS ?? 58);

/** Every kind has its turn. */
const planAt = (seed: number) =>
  compile(drawDesign({ seed, wanted: [drawable[seed % drawable.length] ?? "conv2d"], learns: false }));

type Write = (subject: Subject, given: GivenWeights) => Promise<readonly GivenFile[]>;

const oneFile =
  (write: (subject: Subject, given: GivenWeights) => Promise<FileExport>): Write =>
  async (subject, given) => {
    const made = await write(subject, given);
    if ("refused" in made) throw new Error(made.refused);
    return [{ name: "model", bytes: made.bytes }];
  };

const formats: Readonly<Record<string, Write>> = {
  tfjs: async ({ plan }, { weights }) => {
    const made = await exportTfjs(plan, weights);
    if ("refused" in made) throw new Error(made.refused);
    return made.files;
  },
  keras: oneFile(kerasArchive),
  h5: oneFile(kerasLegacy),
};

/** Numbers that no start has, so that arrays of one shape cannot change places unseen. */
const numbered = (weights: Weights): Weights => {
  let count = 0;
  const one = (array: Float32Array): Float32Array => array.map(() => ++count / 4096);
  return Object.fromEntries(Object.entries(weights).map(([id, arrays]) => [id, arrays.map(one)]));
};

describe.each(Object.keys(formats))("what is exported as %s", (name) => {
  beforeAll(() => use("cpu"));

  test(`comes back as the same plan and weights, for ${designs} random designs`, {
    timeout: 1_800_000,
  }, async () => {
    for (let seed = 0; seed < designs; seed++) {
      const plan = planAt(seed);
      const weights = numbered(initialWeights(plan, seed));
      const files = await formats[name]?.({ ...subjectOf("drawn", []), plan }, { weights, trained: true });
      const met = await importModel(files ?? []);
      if ("refused" in met) throw new Error(`${seed}: ${met.refused}`);
      expect(meaning(compile(met.design)), `${name} ${seed}`).toEqual(meaning(plan));
      expect(met.weights ?? {}, `${name} ${seed}`).toEqual(weights);
      expect(
        met.report.filter((it) => it.fate !== "mapped"),
        `${name} ${seed}`,
      ).toEqual([]);
      // The same file gives the same design, drawn at the same places.
      if (seed % 10 === 0) expect(await importModel(files ?? [])).toEqual(met);
    }
  });
});
