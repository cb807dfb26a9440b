import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../compile/compile.ts";
import type { Weights } from "../../compile/weights.ts";
import { templates } from "../../graph/templates.ts";
import { use } from "../../tfjs/testing/backends.ts";
import { difference } from "../../tfjs/testing/onnx-runtime.ts";
import { importModel } from "../index.ts";
import { meaning } from "../testing/same-plan.ts";
import { anonymous, fileOf, imported, planAt, trained } from "./testing/designs.ts";

/** More of them with an environment variable. */
const designs = Number(process.env.IMPORT_DESIGNS ?? 40);

/** Bit by bit; comparing millions of numbers one by one takes seconds. */
const sameWeights = (met: Weights = {}, wanted: Weights): boolean =>
  Object.keys(met).sort().join() === Object.keys(wanted).sort().join() &&
  Object.entries(wanted).every(([id, arrays]) =>
    arrays.every((it, index) =>
      Buffer.from(it.buffer).equals(Buffer.from(met[id]?.[index]?.slice().buffer ?? new ArrayBuffer(0))),
    ),
  );

beforeAll(() => use("cpu"));

describe("an export comes back", () => {
  test(`as the same plan and weights, for ${designs} random designs`, { timeout: 600_000 }, () => {
    for (let seed = 0; seed < designs; seed++) {
      const plan = planAt(seed);
      const weights = trained(plan);
      const met = imported(fileOf(plan, weights));
      expect(
        met.report.filter((it) => it.fate !== "mapped"),
        String(seed),
      ).toEqual([]);
      expect(meaning(compile(met.design)), String(seed)).toEqual(meaning(plan));
      expect(sameWeights(met.weights, weights), String(seed)).toBe(true);
    }
  });

  test("for every template, through the door of all formats", async () => {
    const plans = templates.flatMap((it) =>
      it.document.designs.map((design) => ({ design, plan: compile(design) })),
    );
    for (const { design, plan } of plans.filter((it) => it.plan.ready)) {
      const weights = trained(plan);
      const met = await importModel([{ name: "model.onnx", bytes: fileOf(plan, weights) }]);
      if ("refused" in met) throw new Error(met.refused);
      expect(meaning(compile(met.design)), design.name).toEqual(meaning(plan));
      expect(sameWeights(met.weights, weights), design.name).toBe(true);
      expect(met.design.name).toBe("Drawn");
    }
  });

  test(`with the same outputs where another program has rewritten the file, for ${designs} random designs`, {
    timeout: 600_000,
  }, async () => {
    for (let seed = 0; seed < designs; seed++) {
      const plan = planAt(1000 + seed);
      const file = anonymous(fileOf(plan, trained(plan)));
      const met = imported(file);
      expect(
        met.report.filter((it) => it.fate !== "mapped"),
        String(seed),
      ).toEqual([]);
      const again = compile(met.design);
      // What does nothing outside training is gone; there may be nothing left.
      if (again.steps.length === 1) continue;
      expect(again.problems, String(seed)).toEqual([]);
      expect(await difference(file, again, met.weights ?? {}, { first: false }), String(seed)).toBeLessThan(
        1e-5,
      );
    }
  });
});
