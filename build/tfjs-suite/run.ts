// `npm run test:tfjs-suite`: tfjs-core's own specs on tfjs's cpu backend and on every variant of ours. Prints how many
// pass, and fails where a spec fares otherwise than on cpu, or fails, and differences.ts does not say why.
// tfjs-layers' package holds no specs.

import { execFile } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "vite";
import { buildSimd } from "../simd.ts";
import { type Difference, differences } from "./differences.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const out = join(root, "out", "tfjs-suite");

interface Variant {
  readonly name: string;
  readonly backend: "cpu" | "simd";
  readonly threads: number;
  readonly relaxed: boolean;
}

const variants: readonly Variant[] = [
  { name: "cpu", backend: "cpu", threads: 1, relaxed: false },
  ...[false, true].flatMap((relaxed) =>
    [1, 2].map((threads) => ({
      name: `simd ${relaxed ? "relaxed" : "plain"}, ${threads} ${threads === 1 ? "thread" : "threads"}`,
      backend: "simd" as const,
      threads,
      relaxed,
    })),
  ),
];

interface Spec {
  readonly name: string;
  readonly status: string;
  readonly message: string;
}

/** What child.mjs writes. */
interface Report {
  readonly specs: readonly Spec[];
  readonly failures: readonly string[];
}

/** Status of every spec by its name, without the backend's; several of one name are numbered. */
type Outcome = ReadonlyMap<string, Spec>;

await buildSimd();
await bundleSuite();
let trouble = 0;
let reference: Outcome | undefined;
for (const variant of variants) {
  const report = await runSuite(variant);
  const outcome = outcomeOf(report, variant);
  const count = (status: string): number => [...outcome.values()].filter((it) => it.status === status).length;
  console.log(
    `${variant.name.padEnd(26)} ${count("passed")} passed, ${count("failed")} failed, ` +
      `${count("pending")} pending, of ${outcome.size}`,
  );
  // Nothing may pass because nothing was run.
  if (outcome.size < 4000) complain(`the suite itself: only ${outcome.size} specs were found`);
  for (const message of report.failures) complain(`the suite itself: ${message}`);
  reference ??= outcome;
  for (const found of differencesOf(outcome, reference, variant)) {
    const explained = differences.find(
      (it) =>
        it.spec === found.spec && it.status === found.status && [variant.backend, "both"].includes(it.on),
    );
    if (!explained)
      complain(`${found.status}: ${found.spec}${found.message ? `\n      ${found.message}` : ""}`);
  }
}
if (trouble) console.error(`\n${trouble} that nothing explains; see build/tfjs-suite/differences.ts.`);
process.exit(trouble ? 1 : 0);

function complain(words: string): void {
  trouble++;
  console.error(`    ${words}`);
}

async function bundleSuite(): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await build({
    configFile: false,
    root,
    logLevel: "error",
    ssr: { noExternal: true },
    // Specs and registrations are imported for what they do, whatever their package says.
    plugins: [{ name: "side-effects", transform: (code) => ({ code, moduleSideEffects: true }) }],
    build: {
      ssr: join(root, "build", "tfjs-suite", "suite.ts"),
      outDir: out,
      minify: false,
      target: "es2023",
      rolldownOptions: {
        treeshake: false,
        external: ["node-fetch", "string_decoder", "encoding"],
        output: { entryFileNames: "suite.mjs", codeSplitting: false },
        onLog: () => {},
      },
    },
  });
}

async function runSuite({ name, backend, threads, relaxed }: Variant): Promise<Report> {
  const file = join(out, `${name.replaceAll(/\W+/g, "-")}.json`);
  await mkdir(out, { recursive: true });
  // Node 20 has relaxed SIMD behind a flag, which later versions do not know.
  const flags = relaxed && /^11\./.test(process.versions.v8) ? ["--experimental-wasm-relaxed-simd"] : [];
  const child = join(root, "build", "tfjs-suite", "child.mjs");
  await promisify(execFile)(process.execPath, [...flags, child, join(out, "suite.mjs"), file], {
    cwd: root,
    maxBuffer: 2 ** 28,
    env: {
      ...process.env,
      SUITE_BACKEND: backend,
      SUITE_THREADS: String(threads),
      SUITE_RELAXED: relaxed ? "1" : "0",
      SUITE_WASM: join(root, "shared", "simd", "generated"),
    },
  });
  return JSON.parse(await readFile(file, "utf8"));
}

function outcomeOf({ specs }: Report, { backend }: Variant): Outcome {
  const found = new Map<string, Spec>();
  for (const spec of specs) {
    // Behind the name of every group stand the backend's and its flags.
    const plain = spec.name.replaceAll(` ${backend} {}`, "");
    let name = plain;
    for (let same = 2; found.has(name); same++) name = `${plain} (${same})`;
    found.set(name, spec);
  }
  return found;
}

function* differencesOf(
  outcome: Outcome,
  reference: Outcome,
  variant: Variant,
): Generator<Pick<Difference, "spec" | "status"> & { readonly message: string }> {
  for (const [spec, { status, message }] of outcome) {
    if (status === "failed") yield { spec, status, message };
    if (status === "pending" && reference.get(spec)?.status !== "pending") yield { spec, status, message };
  }
  if (variant.backend === "cpu") return;
  for (const spec of reference.keys()) if (!outcome.has(spec)) yield { spec, status: "missing", message: "" };
}
