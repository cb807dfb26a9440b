import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);
const fuseMark = "dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "package-"));
  execFileSync(process.execPath, ["--import", "tsx", join(root, "build", "build.ts")], { cwd: root });
  execFileSync(
    process.execPath,
    [
      join(dirname(require.resolve("electron-builder/package.json")), "cli.js"),
      ...["--dir", "--linux", "--x64", "--publish", "never"],
      `-c.electronDist=${standInDistribution(join(folder, "electron"))}`,
      `-c.directories.output=${join(folder, "release")}`,
    ],
    { cwd: root, stdio: "pipe" },
  );
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What electron-builder needs of Electron for Linux: a binary with fuses (eight of them, all removed) and its folders. */
function standInDistribution(at: string): string {
  for (const inner of ["resources", "locales"]) mkdirSync(join(at, inner), { recursive: true });
  writeFileSync(join(at, "electron"), `#!/bin/sh\nexit 0\n${fuseMark}\u0001\u0009${"1".repeat(9)}`);
  chmodSync(join(at, "electron"), 0o755);
  for (const file of ["LICENSE", "LICENSES.chromium.html", "version", "locales/en-US.pak", "locales/de.pak"])
    writeFileSync(join(at, file), "");
  return at;
}

describe("electron-builder.yml", () => {
  const inRelease = (...path: readonly string[]) => join(folder, "release", "linux-unpacked", ...path);

  it("packs the bundles and nothing else", () => {
    const asar = join(dirname(require.resolve("@electron/asar/package.json")), "bin", "asar.mjs");
    const program = existsSync(asar) ? asar : asar.replace(/mjs$/, "js");
    const { stdout } = spawnSync(process.execPath, [program, "list", inRelease("resources", "app.asar")], {
      encoding: "utf8",
    });
    const files = stdout
      .trim()
      .split("\n")
      .map((it) => it.replaceAll("\\", "/"));
    for (const file of [
      "package.json",
      "out/main/main.js",
      "out/main/preload.cjs",
      "out/renderer/index.html",
    ])
      expect(files).toContain(`/${file}`);
    expect(files.filter((it) => !/^\/(package\.json$|out($|\/(main|renderer)($|\/)))/.test(it))).toEqual([]);
  });

  it("puts the licences beside the app that must go along, word for word", () => {
    const notices = readFileSync(inRelease("resources", "THIRD-PARTY-NOTICES.txt"), "utf8");
    const home = join(root, "node_modules", "h5wasm");
    expect(notices).toContain(readFileSync(join(home, "LICENSE.txt"), "utf8"));
    const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
    expect(notices).toContain(`h5wasm ${version}`);
  });

  it("names the program and sets its fuses", () => {
    const binary = readFileSync(inRelease("receptive"), "latin1");
    const fuses = binary.slice(binary.indexOf(fuseMark) + fuseMark.length + 2);
    // In the order of Electron's list: not runnable as Node, cookies sealed, no NODE_OPTIONS, no --inspect,
    // archive checked, only the archive runs, no snapshot of the browser process, no rights for file: addresses.
    expect(fuses.slice(0, 8)).toBe("01001100");
  });

  it("leaves out languages that the app does not speak", () => {
    expect(existsSync(inRelease("locales", "en-US.pak"))).toBe(true);
    expect(existsSync(inRelease("locales", "de.pak"))).toBe(false);
  });
});
