import { processIo } from "./cli/io.ts";
import { run } from "./cli/run.ts";
import { codeOf } from "./files/trouble.ts";

process.stdout.on("error", (error) => {
  // A reader that has seen enough (`receptive summary … | head`) is no failure.
  if (codeOf(error) === "EPIPE") process.exit(0);
  console.error(
    `Cannot write to standard output: ${codeOf(error) ?? error.message}. Free some space, or write to another place.`,
  );
  process.exit(1);
});
// There is nowhere left to complain to.
process.stderr.on("error", () => {});

process.exitCode = await run(process.argv.slice(2), processIo);
