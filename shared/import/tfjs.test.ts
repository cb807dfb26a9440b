import { beforeAll, describe, expect, test } from "vitest";
import { drawable, drawDesign } from "../../bench/agreement/draw-design.ts";
import { compile } from "../compile/compile.ts";
import { initialWeights } from "../compile/weights.ts";
import { exportTfjs } from "../tfjs/export.ts";
import { use } from "../tfjs/testing/backends.ts";
import { importModel } from "./index.ts";
import { meaning } from "./testing/same-plan.ts";

/** More of them with an environment variable. */
const designs = Number(process.env.IMPORT_DESIGNS ?? 60);

/** Every kind has its turn. */
const wantedAt = (seed: number) => drawable[seed % drawable.length] ?? "conv2d";

describe("an export comes back", () => {
  beforeAll(() => use("cpu"));

  test(`as the same plan and weights, for ${designs} random designs`, { timeout: 600_000 }, async () => {
    for (let seed = 0; seed < designs; seed++) {
      const plan = compile(drawDesign({ seed, wanted: [wantedAt(seed)], learns: false }));
      const weights = initialWeights(plan, seed);
      const made = await exportTfjs(plan, weights);
      if ("refused" in made) throw new Error(made.refused);
      const met = await importModel(made.files);
      if ("refused" in met) throw new Error(`${seed}: ${met.refused}`);
      expect(meaning(compile(met.design)), String(seed)).toEqual(meaning(plan));
      expect(met.weights ?? {}, String(seed)).toEqual(weights);
      expect(met.report.filter((it) => it.fate !== "mapped")).toEqual([]);
    }
  });
});
