import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "./io.ts";
import { run } from "./run.ts";

/** What a command did. */
export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process. `interrupt` is called with the way to press Ctrl-C, once somebody listens. */
export async function receptive(
  argv: readonly string[],
  { terminalWidth, interrupt }: { terminalWidth?: number; interrupt?: (press: () => void) => void } = {},
): Promise<Ran> {
  let out = "";
  let err = "";
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    terminalWidth,
    onInterrupt(listener) {
      interrupt?.(listener);
      return () => {};
    },
  };
  const status = await run(argv, io);
  return { status, out, err };
}

/** A folder that is gone after the tests; `clean` in afterAll. */
export function scratch(): { readonly at: (name: string) => string; readonly clean: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "receptive-cli-"));
  return { at: (name) => join(folder, name), clean: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A document as people write it by hand. */
export const written = (designs: readonly object[], rest: object = {}): string =>
  JSON.stringify({ receptive: 1, designs, data: { source: "stripes" }, ...rest });

/** A design that is a chain of layers, with ids `l0`, `l1`, … */
export function chainOf(name: string, layers: readonly (readonly [kind: string, values?: object])[]): object {
  const nodes = layers.map(([kind, values = {}], index) => ({
    id: `l${index}`,
    kind,
    values,
    at: [0, 180 * index],
  }));
  const wires = nodes.slice(1).map(({ id }, index) => ({ from: `l${index}`, to: id }));
  return { name, nodes, wires };
}

export const edgeLover = chainOf("Edges", [
  ["input", { height: 50, width: 50 }],
  ["conv2d", { filters: 1, kernel: 5, activation: "linear" }],
  ["globalMaxPool2d"],
  ["dense", { units: 2, activation: "softmax" }],
]);
