// Runs the bundled specs under jasmine: node child.mjs BUNDLE REPORT

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , bundle, report] = process.argv;
const core = createRequire(import.meta.url)("jasmine-core");
const environment = core.boot(core).getEnv();
const specs = [];
environment.configure({ random: false, failSpecWithNoExpectations: false });
environment.addReporter({
  specDone({ fullName, status, failedExpectations }) {
    specs.push({ name: fullName, status, message: failedExpectations[0]?.message ?? "" });
  },
  // A suite that breaks before its specs would otherwise pass for one that has none.
  suiteDone({ fullName, failedExpectations }) {
    for (const { message } of failedExpectations) specs.push({ name: fullName, status: "failed", message });
  },
  jasmineDone({ overallStatus, failedExpectations }) {
    const failures = failedExpectations.map(({ message }) => message);
    writeFileSync(report, JSON.stringify({ specs, overallStatus, failures }));
    process.exit(0);
  },
});
await import(pathToFileURL(bundle).href);
environment.execute();
