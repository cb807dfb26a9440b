import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "../../shared/compile/compile.ts";
import type { Graph } from "../../shared/graph/graph.ts";
import type { KindName } from "../../shared/nodes/index.ts";
import { type Case, type Numbers, runCase } from "./case.ts";
import { createDice } from "./dice.ts";
import { drawable, drawDesign } from "./draw-design.ts";

/** What PyTorch says of one node or one compared array: an error as a share of the largest value, or words. */
export interface Finding {
  readonly case: string;
  readonly node: string;
  readonly kind: KindName | "";
  /** `output`, `loss`, `gradient of kernel`, `average of moving_mean`; `run` where it does not come that far. */
  readonly what: string;
  readonly error?: number;
  /** Of a large error: how far PyTorch itself is off in single precision. */
  readonly rounding?: number;
  readonly wrong?: string;
}

/** Largest error as a share of the largest value. */
export const tolerance = 1e-4;

/** Where single precision blurs a result in PyTorch too, ten times as much is allowed as there. */
export const disagrees = ({ error = 0, rounding = 0, wrong }: Finding): boolean =>
  wrong !== undefined || !(error <= Math.max(tolerance, 10 * rounding));

/** A Python that has PyTorch, or undefined. */
export const findTorch = (): string | undefined =>
  ["/usr/bin/python3", "python3", "python"].find(
    (it) => spawnSync(it, ["-c", "import torch, numpy"], { stdio: "ignore" }).status === 0,
  );

/** Every third design learns. Each kind is wanted in at least two of 28 designs. */
export const drawDesigns = (count: number, seed: number): readonly Drawn[] =>
  Array.from({ length: count }, (_, at) => {
    const learns = at % 3 === 0;
    const wanted = [at, at * 11 + 3].flatMap((it) => drawable[it % drawable.length] ?? []);
    return { ...drawDesign({ seed: seed + at, wanted, learns }), learns };
  });

/** A drawn design, and whether one step of training is to be compared as well. */
export interface Drawn extends Graph {
  readonly learns: boolean;
}

/**
 * Runs the designs on tfjs's current backend with random weights and examples. A case's name is the design's place. What
 * does not compile or run is a finding already.
 */
export function runDesigns(
  designs: readonly Drawn[],
  seed: number,
  numbers: Numbers,
): { readonly cases: readonly Case[]; readonly failed: readonly Finding[] } {
  const cases: Case[] = [];
  const failed: Finding[] = [];
  for (const [at, design] of designs.entries()) {
    const name = String(at);
    const plan = compile(design);
    const [problem] = plan.problems.filter((it) => it.severity === "error");
    const no = (wrong: string) => failed.push({ case: name, node: "", kind: "", what: "run", wrong });
    if (problem) no(problem.message);
    else
      try {
        cases.push(runCase(name, plan, design.learns, createDice(seed + at), numbers));
      } catch (trouble) {
        no(String(trouble));
      }
  }
  return { cases, failed };
}

/** What PyTorch says of the cases. The first disagreement about a case is the one nearest to the input. */
export function askTorch(python: string, cases: readonly Case[], numbers: Numbers): readonly Finding[] {
  const folder = mkdtempSync(join(tmpdir(), "receptive-agreement-"));
  try {
    writeFileSync(join(folder, "cases.json"), JSON.stringify(cases));
    writeFileSync(join(folder, "numbers.f32"), littleEndian(numbers.all()));
    // -B: no compiled Python files among the sources.
    const { status, stdout, stderr } = spawnSync(
      python,
      ["-B", join(import.meta.dirname, "agree.py"), folder],
      {
        encoding: "utf8",
        maxBuffer: 2 ** 28,
      },
    );
    if (status !== 0) throw new Error(`agree.py failed: ${stderr.slice(-2000)}`);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function littleEndian(arrays: readonly Float32Array[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4 * arrays.reduce((sum, it) => sum + it.length, 0)));
  let at = 0;
  for (const array of arrays)
    for (const value of array) {
      bytes.setFloat32(at, value, true);
      at += 4;
    }
  return new Uint8Array(bytes.buffer);
}
