import type { Page } from "@playwright/test";
import { chain } from "../shared/graph/chain.ts";
import { placeNodes } from "../shared/graph/edits.ts";
import { writeDocument } from "../shared/graph/write-document.ts";
import { defaultRecipe } from "../shared/train/recipe.ts";
import { quantile, type Row } from "./measure.ts";

const layers = 300;
const perColumn = 25;
const frames = 240;

/** How long the frames of a pan take with hundreds of cards: where cards can be read, and with all of them in sight. */
export async function panFigures(page: Page): Promise<readonly Row[]> {
  await open(page, large());
  const near = await pan(page);
  await page.keyboard.press("f");
  await page.waitForTimeout(1000);
  const far = await pan(page);
  return [rowOf("where they can be read", near), rowOf("all of them in sight", far)];
}

const rowOf = (where: string, times: readonly number[]): Row => ({
  what: `panning ${layers} layers, ${where}: 95th percentile frame`,
  ms: quantile(times, 0.95),
  note: `median ${quantile(times, 0.5).toFixed(1)} ms`,
});

/** A long network in columns side by side, as its file. */
function large(): string {
  const design = chain("Large", ["input", ...Array.from({ length: layers - 1 }, () => "conv2d" as const)]);
  const places = design.nodes.map(
    ({ id }, at) => [id, [Math.floor(at / perColumn) * 260, (at % perColumn) * 140]] as const,
  );
  return writeDocument({
    designs: [placeNodes(design, new Map(places))],
    data: { source: "digits" },
    recipe: defaultRecipe,
  });
}

/** Drops a file on the window, and waits until its cards stand and their pictures are there. */
async function open(page: Page, text: string): Promise<void> {
  await page.evaluate((written) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([written], "large.receptive"));
    const target = document.querySelector("main") ?? document.body;
    for (const type of ["dragover", "drop"])
      target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }, text);
  await page.getByText("300 layers").waitFor({ timeout: 60_000 });
  await page
    .locator(".react-flow__node canvas")
    .nth(layers - 1)
    .waitFor({ state: "attached", timeout: 60_000 });
  await page.waitForTimeout(1000);
}

/** Turns the wheel once in every frame, and back; the time from each frame to the next in milliseconds. */
const pan = (page: Page): Promise<readonly number[]> =>
  page.evaluate(async (count) => {
    const pane = document.querySelector(".react-flow__pane");
    if (!pane) throw new Error("There is no canvas to pan.");
    const { left, top } = pane.getBoundingClientRect();
    const times: number[] = [];
    let before = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    for (let frame = 0; frame < count; frame++) {
      const by = frame % 120 < 60 ? 12 : -12;
      const place = { clientX: left + 300, clientY: top + 200 };
      pane.dispatchEvent(
        new WheelEvent("wheel", { deltaX: by, deltaY: by, bubbles: true, cancelable: true, ...place }),
      );
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      times.push(now - before);
      before = now;
    }
    return times;
  }, frames);
