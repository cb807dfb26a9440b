import { readdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { serve } from "../main/server/server.ts";
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
            orders: [
              { type: "data", choice: { source: "digits" } },
              trainOrder(design, batch, backend),
            ] satisfies Order[],
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

/** Runs in the page: gives the orders to a fresh worker and listens for a while. */
function trainInWorker({
  script,
  orders,
  seconds,
}: {
  script: string;
  orders: readonly Order[];
  seconds: number;
}) {
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
