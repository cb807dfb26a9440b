import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { expect, test } from "vitest";

// Who may import whom; the longest matching place decides. A folder may always import itself.
const allowed: Readonly<Record<string, readonly string[]>> = {
  "shared/nodes": [],
  "shared/train": ["shared/nodes", "fflate"],
  "shared/graph": ["shared/nodes", "shared/train", "@dagrejs/dagre"],
  "shared/compile": ["shared/nodes", "shared/graph", "shared/train"],
  "shared/lowering": ["shared/nodes", "shared/compile"],
  "shared/hdf5": ["shared/nodes", "h5wasm"],
  "shared/emit": [
    "shared/nodes",
    "shared/graph",
    "shared/compile",
    "shared/train",
    "shared/lowering",
    "shared/hdf5",
    "fflate",
    "flatbuffers",
    "@dagrejs/dagre",
    "@resvg/resvg-wasm",
  ],
  "shared/import": [
    "shared/nodes",
    "shared/graph",
    "shared/compile",
    "shared/train",
    "shared/hdf5",
    "shared/lowering",
    // What our own files look like from the outside, for reading them back.
    "shared/emit/pytorch",
    "fflate",
  ],
  "shared/simd": ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-cpu"],
  "shared/simd/node.ts": ["shared/simd", "node:"],
  "shared/tfjs": [
    "shared/nodes",
    "shared/graph",
    "shared/compile",
    "shared/train",
    "shared/emit",
    "shared/import",
    "shared/lowering",
    "shared/protocol",
    "shared/simd",
    "@tensorflow/",
  ],
  "shared/protocol": [
    "shared/compile",
    "shared/emit",
    "shared/graph",
    "shared/import",
    "shared/nodes",
    "shared/train",
  ],
  main: ["shared", "node:", "zod", "open"],
  "main/electron": ["main", "shared", "node:", "electron"],
  "main/ipc.ts": ["shared", "node:", "zod", "electron"],
  "main/preload.ts": ["shared/protocol", "electron"],
  "main/node-backends.ts": ["shared", "node:", "@tensorflow/"],
  "main/cli": ["main", "shared", "node:"],
  "main/cli.ts": ["main", "shared", "node:"],
  renderer: [
    "shared",
    "react",
    "react-dom",
    "zustand",
    "radix-ui",
    "cmdk",
    "lucide-react",
    "uplot",
    "react-resizable-panels",
    "@fontsource-variable/",
  ],
  "renderer/host": ["shared", "fflate"],
  "renderer/canvas": ["renderer", "shared", "react", "zustand", "radix-ui", "lucide-react", "@xyflow/react"],
  "renderer/exchange/painting.ts": ["shared", "@resvg/resvg-wasm", "@expo-google-fonts/"],
  "renderer/exchange/worker.ts": ["renderer/exchange", "shared", "@tensorflow/"],
  "renderer/train/worker.ts": ["renderer/train", "shared", "@tensorflow/"],
  e2e: ["node:", "@playwright/test", "playwright-core", "axe-core", "electron"],
  // Loads what the app exports, as another program would.
  "e2e/export.spec.ts": ["e2e", "node:", "@playwright/test", "@tensorflow/"],
  // Takes a thread's share of a job, as only a thread does.
  "e2e/threads.spec.ts": ["e2e", "node:", "@playwright/test", "shared/simd/kernels/protocol.ts"],
};
/** Places that `shared` and `renderer` as a whole do not cover. */
const heavy = ["shared/tfjs", "shared/simd"];
const mayUseHeavy = [
  "shared/tfjs",
  "shared/simd",
  "renderer/exchange/worker.ts",
  "renderer/train/worker.ts",
  "main/cli",
  "main/cli.ts",
  "main/node-backends.ts",
  "e2e/threads.spec.ts",
];

const home = (path: string): string =>
  Object.keys(allowed)
    .filter((it) => path === it || path.startsWith(`${it}/`))
    .toSorted((a, b) => b.length - a.length)[0] ?? path;

const within = (place: string, path: string): boolean =>
  path === place || path.startsWith(place.endsWith("/") || place.endsWith(":") ? place : `${place}/`);

const importWords =
  /^(?:import|export)\s[^;"]*?\sfrom\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm;

const slashes = (path: string): string => path.split(sep).join("/");

const files = ["shared", "renderer", "main", "e2e"].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((it) => slashes(join(root, it)))
    .filter((it) => /\.tsx?$/.test(it) && !/(\.test\.tsx?|\.d\.ts|\.config\.ts)$/.test(it))
    .filter((it) => !/(^|\/)(arbitrary-|kernels\/|generated\/|testing\/)/.test(it)),
);

test("there is something to check", () => expect(files.length).toBeGreaterThan(50));

test.each(files)("%s imports only what its folder may", (file) => {
  const from = home(file);
  const text = readFileSync(file, "utf8");
  for (const [, named, bare, lazy] of text.matchAll(importWords)) {
    const written = named ?? bare ?? lazy ?? "";
    if (written.endsWith(".css")) continue;
    const to = written.startsWith(".")
      ? slashes(normalize(join(dirname(file), written))).replace(/\?.*$/, "")
      : written;
    const legal = [from, ...(allowed[from] ?? [])].some((it) => within(it, to));
    expect(legal, `${from} may not import ${to}`).toBe(true);
    const isHeavy = heavy.some((it) => within(it, to));
    expect(!isHeavy || mayUseHeavy.some((it) => within(it, file)), `${file} may not load ${to}`).toBe(true);
  }
});

test("layer kinds know no framework object, and views no layer kind", () => {
  for (const file of files.filter((it) => it.startsWith("shared/nodes/")))
    expect(readFileSync(file, "utf8"), file).not.toMatch(/tensorflow/);
});

test("every kind file is in the list of kinds", () => {
  const list = readFileSync("shared/nodes/index.ts", "utf8");
  const defining = files.filter(
    (it) => it.startsWith("shared/nodes/") && /defineKind\(\{/.test(readFileSync(it, "utf8")),
  );
  for (const file of defining.filter((it) => !it.endsWith("/kind.ts")))
    expect(list, file).toContain(`"./${file.split("/").at(-1)}"`);
});
