import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { findChromium } from "./stand-in/chromium.ts";

const root = join(import.meta.dirname, "..");
const executablePath = findChromium();
test.use({
  launchOptions: {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      // A graphics card drawn by the processor, so that both graphics backends are there on every machine.
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
      "--enable-unsafe-webgpu",
      "--use-webgpu-adapter=swiftshader",
      "--enable-features=Vulkan",
    ],
  },
});

let server: Server;
test.beforeAll(async () => {
  const bundle = join(root, "build", "gradients.ts");
  const { status } = spawnSync(process.execPath, ["--import", "tsx", bundle], {
    cwd: root,
    stdio: "inherit",
  });
  expect(status, "the gradient cases could not be bundled").toBe(0);
  server = createServer(({ url = "/" }, response) => {
    const contentType = contentTypes.get(extname(url));
    if (url !== "/" && !contentType) response.writeHead(404).end();
    else
      response
        .writeHead(200, { ...isolated, "Content-Type": contentType ?? "text/html" })
        .end(url === "/" ? "<!doctype html>" : readFileSync(join(root, "out", "gradients", url)));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});
test.afterAll(() => {
  server.close();
});

for (const backend of ["simd", "webgl", "webgpu"])
  test(`every layer kind learns rightly on ${backend} in a browser's worker`, async ({ page }) => {
    // On a busy machine compiling the shaders takes minutes.
    test.setTimeout(400_000);
    const address = server.address();
    if (typeof address !== "object" || !address) throw new Error("The server has no address.");
    await page.goto(`http://127.0.0.1:${address.port}/`);
    const { cases, ranOn } = await check(page, backend);
    // simd is there wherever the app runs; not every browser has the graphics ones.
    if (backend === "simd") expect(ranOn).toMatch(/^SIMD/);
    test.skip(ranOn === undefined, `This browser has no ${backend}: its gradients were not checked.`);
    expect(cases.filter((it) => it.troubles.length)).toEqual([]);
    expect(cases.length).toBeGreaterThan(40);
  });

/** As the app's own pages, or there would be no shared memory. */
const isolated = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};
const contentTypes = new Map([
  [".js", "text/javascript"],
  [".wasm", "application/wasm"],
]);

interface Checked {
  readonly cases: readonly { readonly name: string; readonly troubles: readonly string[] }[];
  /** Undefined where the backend does not work. */
  readonly ranOn: string | undefined;
}

/** Starts the worker, names the backend and listens until the end. */
const check = (page: Page, backend: string): Promise<Checked> =>
  page.evaluate(
    (name) =>
      new Promise<Checked>((resolve, reject) => {
        const cases: { name: string; troubles: string[] }[] = [];
        const worker = new Worker("/gradients.js", { type: "module" });
        worker.onerror = (event) => reject(new Error(`The worker failed: ${event.message}`));
        worker.onmessage = ({ data }) => {
          if (data.type === "case") cases.push(data);
          else resolve({ cases, ranOn: data.ranOn });
        };
        worker.postMessage(name);
      }),
    backend,
  );
