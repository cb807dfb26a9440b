import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Browser, chromium } from "@playwright/test";
import { serve } from "../main/server/server.ts";
import { middle, type Row } from "./measure.ts";
import { panFigures } from "./panning.ts";

const root = join(import.meta.dirname, "..", "out", "renderer");
const starts = 5;

/**
 * What the window costs before anybody trains: its script, the time until a design can be edited, and how smoothly a large
 * one is moved about.
 */
export async function windowFigures(executablePath: string | undefined): Promise<readonly Row[]> {
  const served = await serve(root, 0);
  if ("failed" in served) throw new Error(served.failed);
  const launch = () =>
    chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ["--no-sandbox"] });
  const rows = [
    firstLoad(),
    ...(await coldStarts(served.address, launch)),
    ...(await panning(served.address, launch)),
  ];
  await served.stop();
  return rows;
}

/** tfjs is in the worker's files, which are loaded later. */
function firstLoad(): Row {
  const scripts = readdirSync(join(root, "assets")).filter((it) => it.endsWith(".js"));
  const bytes = scripts.reduce((sum, it) => sum + gzipSync(readFileSync(join(root, "assets", it))).length, 0);
  return { what: "script of the window, without the worker", note: `${Math.round(bytes / 1000)} kB gzip` };
}

/** A fresh browser each time: from the first request to the gallery, and on to a template's cards on the canvas. */
async function coldStarts(address: string, launch: () => Promise<Browser>): Promise<readonly Row[]> {
  const toGallery: number[] = [];
  const toCanvas: number[] = [];
  for (let start = 0; start < starts; start++) {
    const browser = await launch();
    const page = await browser.newPage();
    const from = performance.now();
    await page.goto(address);
    const template = page.getByText("LeNet", { exact: true });
    await template.waitFor();
    toGallery.push(performance.now() - from);
    const clicked = performance.now();
    await template.click();
    await page.locator(".react-flow__node").first().waitFor();
    toCanvas.push(performance.now() - clicked);
    await browser.close();
  }
  return [
    { what: "cold start of the window to the gallery", ms: middle(toGallery) },
    { what: "from a template to its cards on the canvas", ms: middle(toCanvas) },
  ];
}

async function panning(address: string, launch: () => Promise<Browser>): Promise<readonly Row[]> {
  const browser = await launch();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(address);
  await page.getByText("LeNet", { exact: true }).waitFor();
  const rows = await panFigures(page);
  await browser.close();
  return rows;
}
