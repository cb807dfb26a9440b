import { describe, expect, it } from "vitest";
import type { Written } from "../../exchange/exchange.ts";
import { memoryHost } from "../../host/memory.ts";
import { exportDesign } from "./export-job.ts";

const bytes = new Uint8Array([123, 125]);
const model: Written = {
  type: "exported",
  files: [
    { name: "model.json", bytes },
    { name: "weights.bin", bytes },
  ],
  proof: { type: "predictions", largestDifference: 2.4e-8 },
};
const job = (written: Written, mayAsk = true) => ({
  write: async () => written,
  suggestedName: "CNN-tfjs",
  host: memoryHost(),
  mayAsk: () => mayAsk,
});

describe("an export", () => {
  it("hands over what was written, and says how far it is from what trains", async () => {
    const given = job(model);
    expect(await exportDesign(given)).toEqual({
      type: "done",
      where: "CNN-tfjs",
      proof: "Loaded again and compared: largest difference 2e−8.",
      unproven: false,
    });
    expect(given.host.exports).toEqual([{ suggestedName: "CNN-tfjs", files: model.files }]);
  });

  it("claims no proof where there is none", async () => {
    const program: Written = { type: "exported", files: [{ name: "CNN.py", bytes }] };
    expect(await exportDesign(job(program))).toMatchObject({
      type: "done",
      proof: undefined,
      unproven: false,
    });
    const unread: Written = { ...program, proof: { type: "unread", why: "No reader." } };
    expect(await exportDesign(job(unread))).toMatchObject({ proof: "No reader.", unproven: true });
  });

  it("waits for another click where no dialog may open any more", async () => {
    const given = job(model, false);
    const outcome = await exportDesign(given);
    expect(given.host.exports).toEqual([]);
    if (outcome.type !== "checked") throw new Error(`The outcome is ${outcome.type}.`);
    expect(outcome.proof).toBe("Loaded again and compared: largest difference 2e−8.");
    expect(await outcome.save()).toMatchObject({ type: "done" });
    expect(given.host.exports).toHaveLength(1);
  });

  it.each([
    [
      { type: "refused", message: "The predictions differ by 0.3." },
      { type: "refused", words: "The predictions differ by 0.3." },
    ],
    [{ type: "cancelled" }, { type: "cancelled" }],
  ] as const)("writes nothing after %j", async (written, outcome) => {
    const given = job(written);
    expect(await exportDesign(given)).toEqual(outcome);
    expect(given.host.exports).toEqual([]);
  });
});
