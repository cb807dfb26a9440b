import { beforeAll, describe, expect, test } from "vitest";
import { drawDesign } from "../../bench/agreement/draw-design.ts";
import { compile } from "../compile/compile.ts";
import { initialWeights } from "../compile/weights.ts";
import { exportTfjs } from "../tfjs/export.ts";
import { use } from "../tfjs/testing/backends.ts";
import { importModel } from "./index.ts";
import { meaning } from "./testing/same-plan.ts";

/** All of them with an environment variable, a share in `npm test`. */
const designs = Number(process.env.IMPORT_DESIGNS ?? 60);

describe("an export comes back", () => {
  beforeAll(() => use("cpu"));
  test(`as the same plan and weights, for ${designs} random designs`, { timeout: 600_000 }, async () => {
    const wrong: string[] = [];
    for (let seed = 0; seed < designs; seed++) {
      const plan = compile(drawDesign({ seed, wanted: [], learns: false }));
      const weights = initialWeights(plan, seed);
      const made = await exportTfjs(plan, weights);
      if ("refused" in made) {
        wrong.push(`${seed} ${made.refused}`);
        continue;
      }
      const met = await importModel(made.files);
      if ("refused" in met) {
        wrong.push(`${seed} ${met.refused}`);
        continue;
      }
      const a = JSON.stringify(meaning(plan)), b = JSON.stringify(meaning(compile(met.design)));
      if (a !== b) wrong.push(`${seed}\n${a}\n${b}\n${met.report.filter(it => it.fate!=="mapped").map(it=>it.source+it.words)}`);
      else if (!met.weights) wrong.push(`${seed} no weights`);
    }
    console.log(wrong.length, wrong.slice(0, 4).join("\n\n"));
    expect(wrong.length).toBe(0);
  });
});
