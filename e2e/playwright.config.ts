import { defineConfig } from "@playwright/test";
import { runningOn } from "./launch.ts";

// Said once, by the process that starts the workers.
if (process.env.TEST_WORKER_INDEX === undefined) console.warn(`Journeys run on ${runningOn()}.`);

export default defineConfig({
  testDir: ".",
  globalSetup: "./build-first.ts",
  testMatch: "**/*.spec.ts",
  outputDir: "../test-results",
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // Training journeys use every processor.
  workers: 1,
  // On a shared machine a window can lose the race for a processor; what passes only then is reported as flaky.
  retries: process.env.CI === undefined ? 0 : 1,
  reporter:
    process.env.JOURNEYS_JSON === undefined
      ? "list"
      : [["list"], ["json", { outputFile: process.env.JOURNEYS_JSON }]],
});
