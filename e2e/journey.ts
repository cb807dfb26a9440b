import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import { answerDialogs } from "./dialogs.ts";
import { type Launched, launchApp, type Start } from "./launch.ts";

interface Journey {
  /** An empty folder of this journey's own, taken away afterwards. */
  readonly folder: string;
  /** Starts the app; a second start finds what the first one has remembered. */
  readonly start: (how?: Omit<Start, "userData">) => Promise<Launched>;
}

/** A journey through the app. It fails when the page complains of anything on the way. */
export const test = base.extend<Journey>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "receptive-journey-"));
    await use(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  start: async ({ folder }, use, info) => {
    const started: Launched[] = [];
    const userData = join(folder, "user");
    mkdirSync(userData);
    await use(async (how = {}) => {
      const launched = await launchApp({ ...how, userData });
      started.push(launched);
      return launched;
    });
    for (const { app, page } of started) {
      if (page.isClosed()) continue;
      if (info.status !== info.expectedStatus) await look(page, `failed-${info.testId}`);
      await answerDialogs(app, { press: "Don’t save" });
      await app.close();
    }
    expect(started.flatMap((it) => it.complaints)).toEqual([]);
  },
});

/** Takes a picture for a person to look at, `test-results/looks/NAME.png`. */
export async function look(
  page: Page,
  name: string,
  { pointer }: { readonly pointer?: "stays" } = {},
): Promise<void> {
  // Where it was, the pointer may show a tooltip.
  if (pointer !== "stays") await page.mouse.move(0, 0);
  await page.screenshot({ path: join(looks, `${name}.png`), animations: "disabled", caret: "hide" });
}

const looks = join(import.meta.dirname, "..", "test-results", "looks");

export { expect };
