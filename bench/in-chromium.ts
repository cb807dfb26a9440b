import { readdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { serve } from "../main/server/server.ts";
import { compile } from "../shared/compile/compile.ts";
import type { BackendName, News, Order } from "../shared/protocol/training.ts";
import { defaultRecipe } from "../shared/train/recipe.ts";
import type { Row } from "./measure.ts";
import { batches, networks } from "./networks.ts";

const root = join(import.meta.dirname, "..", "out", "renderer");

/** Images per second of the app's own training worker in Chromium, images fed and losses read as in the app. */
export async function chromiumFigures(
  executablePath: string | undefined,
  seconds: number,
): Promise<readonly Row[]> {
  const served = await serve(root, 0);
  if ("failed" in served) throw new Error(served.failed);
  const worker = readdirSync(join(root, "workers")).find((it) => /^train-.*\.js$/.test(it));
  if (!worker) throw new Error("The window is not built: run npm run build.");
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ["--no-sandbox"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(served.address);
    // tsx wraps functions in a call of this name, which the page lacks.
    await page.evaluate("globalThis.__name = (it) => it");
    const rows: Row[] = [];
    for (const design of networks)
      for (const batch of batches)
        for (const backend of ["simd", "webgl"] as const) {
          if (backend === "webgl" && design.name !== "LeNet") continue;
          const rate = await page.evaluate(trainInWorker, {
            script: `/workers/${worker}`,
            order: trainOrder(design, batch, backend),
            image: imageOf(design),
            seconds,
          });
          rows.push({
            what: `${design.name} ${batch}, Chromium's worker, ${rate.detail || backend}`,
            ...(rate.imagesPerSecond ? { imagesPerSecond: rate.imagesPerSecond } : { note: rate.trouble }),
          });
        }
    return rows;
  } finally {
    await browser.close();
    await served.stop();
  }
}

const trainOrder = (design: (typeof networks)[number], batch: number, backend: BackendName): Order => ({
  type: "train",
  run: 1,
  design,
  recipe: { ...defaultRecipe, epochs: 10_000, batch, validation: 0 },
  backend,
  until: "end",
});

/** Height, width and channels of a design's images. */
function imageOf(design: (typeof networks)[number]): readonly [number, number, number] {
  const [height = 1, width = 1, channels = 1] = compile(design).steps[0]?.output ?? [];
  return [height, width, channels];
}

/** Runs in the page: gives noise and the order to a fresh worker and listens for a while. */
function trainInWorker({
  script,
  order,
  image,
  seconds,
}: {
  script: string;
  order: Order;
  image: readonly [number, number, number];
  seconds: number;
}) {
  /** An IDX file of bytes: a header of big-endian numbers, then noise below `most`. */
  const idx = (sizes: readonly number[], most: number) => {
    const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
    header.setUint32(0, 0x800 + sizes.length);
    for (const [axis, size] of sizes.entries()) header.setUint32(4 + 4 * axis, size);
    const noise = Uint8Array.from({ length: sizes.reduce((all, it) => all * it, 1) }, (_, at) =>
      at < most ? at : Math.floor(Math.abs(Math.sin(at) * 43758.5453) % most),
    );
    const file = new Uint8Array(header.byteLength + noise.length);
    file.set(new Uint8Array(header.buffer));
    file.set(noise, header.byteLength);
    return file;
  };
  const files = (["train", "t10k"] as const).flatMap((part) => {
    const count = part === "train" ? 2048 : 64;
    return [
      {
        name: `${part}-images-idx${image[2] > 1 ? 4 : 3}-ubyte`,
        bytes: idx(image[2] > 1 ? [count, ...image] : [count, image[0], image[1]], 256),
      },
      { name: `${part}-labels-idx1-ubyte`, bytes: idx([count], 10) },
    ];
  });
  const orders: readonly Order[] = [
    { type: "data", choice: { source: "folder", name: "noise" }, files },
    order,
  ];
  return new Promise<{ imagesPerSecond: number; detail: string; trouble: string }>((resolve) => {
    const worker = new Worker(script, { type: "module" });
    const rates: number[] = [];
    let detail = "";
    const end = (trouble = "") => {
      worker.terminate();
      const sorted = rates.sort((a, b) => a - b);
      resolve({ imagesPerSecond: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0), detail, trouble });
    };
    const late = setTimeout(() => end("no step finished in time"), seconds * 1000 + 30_000);
    worker.onmessage = ({ data: news }: MessageEvent<News>) => {
      if (news.type === "ready") for (const order of orders) worker.postMessage(order);
      if (news.type === "backend") {
        detail = news.detail;
        setTimeout(() => {
          clearTimeout(late);
          end(rates.length ? "" : "no step finished in time");
        }, seconds * 1000);
      }
      if (news.type === "progress") rates.push(news.imagesPerSecond);
      if (news.type === "ended") end(news.message ?? news.why);
    };
  });
}
