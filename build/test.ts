import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { obtainChromium } from "../e2e/stand-in/chromium.ts";

// Set-up, types, lint, unit tests, journeys; the first that fails ends the run.

const root = fileURLToPath(new URL("..", import.meta.url));
const reports = mkdtempSync(join(tmpdir(), "receptive-test-"));
process.on("exit", () => rmSync(reports, { recursive: true, force: true }));

interface Counts {
  readonly passed: number;
  readonly failed: number;
}
let total: Counts = { passed: 0, failed: 0 };

const tool = (...path: readonly string[]): string => join(root, "node_modules", ...path);
const tsc = tool("typescript", "bin", "tsc");
const projects = [".", "shared", "shared/tfjs", "shared/simd", "main", "renderer", "e2e"];

step("Build", () => run(["--import", "tsx", join(root, "build", "build.ts")]));
step("Chromium for the journeys", () => {
  try {
    process.env.CHROMIUM_PATH = obtainChromium();
    console.log(process.env.CHROMIUM_PATH);
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  }
});
step("Types", () => projects.every((project) => run([tsc, "-p", join(root, project)])));
step("Lint", () => run([tool("@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings"]));
step("Unit tests", () => {
  const report = join(reports, "unit.json");
  const config = join(root, "build", "vitest.config.ts");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const passed = run([tool("vitest", "vitest.mjs"), "run", "-c", config, ...reporters]);
  count(report, ({ numPassedTests, numFailedTests }) => [numPassedTests, numFailedTests]);
  return passed;
});
step("Journeys", () => {
  const report = join(reports, "journeys.json");
  const config = join(root, "e2e", "playwright.config.ts");
  const passed = run([tool("@playwright", "test", "cli.js"), "test", "-c", config], {
    JOURNEYS_JSON: report,
  });
  count(report, ({ stats }) => [stats.expected + stats.flaky, stats.unexpected]);
  return passed;
});
finish();

function step(name: string, passes: () => boolean): void {
  console.log(`\n── ${name}`);
  if (passes()) return;
  console.error(`\n${name} failed.`);
  // A step that runs no tests, or broke before it could report one, counts as one.
  total = { ...total, failed: Math.max(total.failed, 1) };
  finish();
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): boolean {
  const ended = spawnSync(process.execPath, [...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  return ended.status === 0;
}

/** What the test runners write; the fields that are read here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly stats: { readonly expected: number; readonly flaky: number; readonly unexpected: number };
}

function count(report: string, read: (report: Report) => readonly [number, number]): void {
  try {
    const [passed, failed] = read(JSON.parse(readFileSync(report, "utf8")));
    total = { passed: total.passed + passed, failed: total.failed + failed };
  } catch {
    // The runner has already said why it left no report.
  }
}

function finish(): never {
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed === 0 ? 0 : 1);
}
