import { describe, expect, it } from "vitest";
import { compile } from "../../../shared/compile/compile.ts";
import { initialWeights } from "../../../shared/compile/weights.ts";
import { templates } from "../../../shared/graph/templates.ts";
import { memoryHost } from "../../host/memory.ts";
import { exportDesign, fileStem } from "./export-job.ts";

const [template] = templates;
const [design] = template?.document.designs ?? [];
if (!template || !design) throw new Error("There is no template.");
const { data, recipe } = template.document;
const subject = { title: "Edge: lover", plan: compile(design), recipe, data };
const weights = () => ({ weights: initialWeights(subject.plan, recipe.seed), trained: false });
const model = {
  type: "exported",
  files: [{ name: "model.json", bytes: new Uint8Array([123, 125]) }],
  largestDifference: 2.4e-8,
} as const;

describe("an export", () => {
  it("writes a program under the design's name", async () => {
    const host = memoryHost();
    const outcome = await exportDesign({
      format: "keras-python",
      subject,
      theme: "light",
      buildModel: async () => model,
      weights,
      host,
      mayAsk: () => true,
    });
    expect(outcome).toEqual({ type: "done", words: "Saved as Edge- lover.py." });
    const text = new TextDecoder().decode(host.exports[0]?.files[0]?.bytes);
    expect(text).toContain("import keras");
  });

  it("writes the weights into a file of their own format, or says why it cannot", async () => {
    const host = memoryHost();
    const job = {
      format: "onnx",
      subject,
      theme: "light",
      buildModel: async () => model,
      host,
      mayAsk: () => true,
    } as const;
    expect(await exportDesign({ ...job, weights })).toEqual({
      type: "done",
      words: "Saved as Edge- lover.onnx.",
    });
    const file = host.exports[0]?.files[0]?.bytes ?? new Uint8Array();
    const text = new TextDecoder().decode(file);
    expect(text).toContain("The weights are untrained");
    const broken = Object.fromEntries(
      Object.entries(weights().weights).map(([id, arrays]) => [id, arrays.map((it) => it.fill(Number.NaN))]),
    );
    const outcome = await exportDesign({ ...job, weights: () => ({ weights: broken, trained: true }) });
    expect(outcome).toMatchObject({ type: "refused", words: expect.stringContaining("no finite numbers") });
    expect(host.exports).toHaveLength(1);
  });

  it("calls weights what the program beside them looks for", async () => {
    const host = memoryHost();
    const outcome = await exportDesign({
      format: "safetensors",
      subject,
      theme: "light",
      buildModel: async () => model,
      weights,
      host,
      mayAsk: () => true,
    });
    expect(outcome).toEqual({ type: "done", words: "Saved as weights.safetensors." });
  });

  it("paints the picture in the chosen theme", async () => {
    const host = memoryHost();
    const job = {
      format: "svg",
      subject,
      buildModel: async () => model,
      weights,
      host,
      mayAsk: () => true,
    } as const;
    await exportDesign({ ...job, theme: "light" });
    await exportDesign({ ...job, theme: "dark" });
    const [light, dark] = host.exports.map((it) => new TextDecoder().decode(it.files[0]?.bytes));
    expect(light).toMatch(/^<svg|^<\?xml/);
    expect(light).not.toBe(dark);
  });

  it("says how far the loaded model is from the trained one", async () => {
    const host = memoryHost();
    const job = { format: "tfjs", subject, theme: "light", weights, host, mayAsk: () => true } as const;
    expect(await exportDesign({ ...job, buildModel: async () => model })).toEqual({
      type: "done",
      words: "Loaded again and compared: largest difference 2e−8. Saved as Edge- lover-tfjs.",
    });
    expect(host.exports[0]?.files).toEqual(model.files);
  });

  it("waits for another click where no dialog may open any more", async () => {
    const host = memoryHost();
    const outcome = await exportDesign({
      format: "tfjs",
      subject,
      theme: "light",
      buildModel: async () => model,
      weights,
      host,
      mayAsk: () => false,
    });
    expect(host.exports).toEqual([]);
    if (outcome.type !== "checked") throw new Error(`The outcome is ${outcome.type}.`);
    expect(await outcome.save()).toMatchObject({ type: "done" });
    expect(host.exports).toHaveLength(1);
  });

  it("writes nothing when the model is refused", async () => {
    const host = memoryHost();
    const refused = { type: "refused", message: "The predictions differ by 0.3." } as const;
    const outcome = await exportDesign({
      format: "tfjs",
      subject,
      theme: "light",
      buildModel: async () => refused,
      weights,
      host,
      mayAsk: () => true,
    });
    expect(outcome).toEqual({ type: "refused", words: "The predictions differ by 0.3." });
    expect(host.exports).toEqual([]);
  });
});

it.each([
  ["CNN", "CNN"],
  ["a/b\\c:d", "a-b-c-d"],
  ["..", "design"],
  ["  Zürich 2 ", "Zürich 2"],
])("makes a file name of %j", (title, stem) => expect(fileStem(title)).toBe(stem));
