import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { compile } from "../../compile/compile.ts";
import { use } from "../../tfjs/testing/backends.ts";
import { difference } from "../../tfjs/testing/onnx-runtime.ts";
import { imported } from "./testing/designs.ts";

// PyTorch writes the files, and ONNX Runtime reads them beside us; neither is of ours.

const run = promisify(execFile);
const script = "shared/import/onnx/testing/networks.py";

/** What cannot be the same, by file; everything else is. */
const approximated: Readonly<Record<string, RegExp>> = {
  "pools-plain.onnx": /^Its 2 groups became one kernel, with zeros between groups/,
  "pools-fixed.onnx": /^Its 2 groups became one kernel, with zeros between groups/,
  "pools-unfolded.onnx": /^Its 2 groups became one kernel, with zeros between groups/,
  "pools-older.onnx": /^Its 2 groups became one kernel, with zeros between groups/,
  "decoder-fixed.onnx": /^The file places pixels by another rule \(asymmetric\)/,
};

beforeAll(() => use("cpu"));

test("networks that PyTorch exports compute the same here", { timeout: 600_000 }, async ({ skip }) => {
  const there = await run("/usr/bin/python3", ["-c", "import torch, onnx"]).catch(() => undefined);
  if (!there) return skip("/usr/bin/python3 has no packages torch and onnx");
  const folder = await mkdtemp(join(tmpdir(), "torch-"));
  try {
    const { stdout } = await run("/usr/bin/python3", [script, folder]);
    const files = (await readdir(folder)).sort();
    expect(stdout).toBe(`${files.length} exported\n`);
    expect(files.length).toBe(48);
    for (const name of files) {
      const file = new Uint8Array(await readFile(join(folder, name)));
      const { design, weights = {}, report } = imported(file);
      const odd = report.filter((it) => it.fate !== "mapped").map((it) => it.words);
      const expected = approximated[name];
      expect(odd, name).toEqual(expected ? [expect.stringMatching(expected)] : []);
      const plan = compile(design);
      expect(plan.problems, name).toEqual([]);
      // Blending from other places is another image.
      const most = name === "decoder-fixed.onnx" ? 0.2 : 1e-5;
      expect(await difference(file, plan, weights, { first: true }), name).toBeLessThan(most);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
