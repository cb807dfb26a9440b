import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runInThisContext } from "node:vm";
import type { Tensor } from "@litertjs/core";
import type { Batch } from "./models.ts";

/** A model that LiteRT.js has loaded. */
export interface LiteRtModel {
  /** Name and shape of what enters and leaves it. */
  readonly ends: readonly (readonly [name: string, shape: readonly number[]])[];
  run(examples: Batch): Promise<Batch>;
  dispose(): void;
}

/** LiteRT.js in Node. It looks for a browser's worker: the few things of one that it uses are put in place. */
export async function startLiteRt(): Promise<(file: Uint8Array) => Promise<LiteRtModel>> {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve("@litertjs/core")), "..", "wasm/");
  Object.assign(globalThis, {
    self: globalThis,
    require,
    __filename: join(folder, "loader.js"),
    __dirname: folder,
    // It tells much about itself.
    Module: { locateFile: (name: string) => join(folder, name), print: () => {}, printErr: () => {} },
    importScripts: (path: string) =>
      runInThisContext(`${readFileSync(path, "utf8")}\n;globalThis.ModuleFactory = ModuleFactory;`),
  });
  const litert = await import("@litertjs/core");
  const { warn } = console;
  // There is no WebGPU here, as it warns.
  console.warn = () => {};
  await litert.loadLiteRt(folder);
  console.warn = warn;
  return async (file) => {
    const model = await litert.loadAndCompile(file, { accelerator: "wasm" });
    return {
      ends: [...model.getInputDetails(), ...model.getOutputDetails()].map(
        (it) => [it.name, [...it.shape]] as const,
      ),
      run: async ({ shape, values }) => {
        const input = new litert.Tensor(Float32Array.from(values), [...shape]);
        const outputs = await model.run(input);
        input.delete();
        const [output] = outputs;
        if (!output || outputs.length > 1) throw new Error("There is not one output.");
        return read(output);
      },
      dispose: () => model.delete(),
    };
  };
}

function read(output: Tensor): Batch {
  const values = output.toTypedArray();
  if (!(values instanceof Float32Array)) throw new Error("LiteRT gave no floats.");
  const copied = { shape: [...output.type.layout.dimensions], values: Float32Array.from(values) };
  output.delete();
  return copied;
}
