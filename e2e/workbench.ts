import { expect, type Locator, type Page } from "@playwright/test";

// What a person sees and does in the window, by the names that stand there.

export async function chooseTemplate(page: Page, title: string): Promise<void> {
  await template(page, title).click();
  await expect(canvas(page)).toBeVisible();
}

export const template = (page: Page, title: string): Locator =>
  page.getByRole("button").filter({ has: page.getByText(title, { exact: true }) });

export const canvas = (page: Page): Locator => page.getByRole("application");

/** The card of a layer, by the layer's name. */
export const card = (page: Page, id: string): Locator =>
  page.getByRole("group", { name: new RegExp(`^[^,]* ${id}(,|$)`) });

/** The names of all layers on the canvas, from the image to the classes. */
export const layers = (page: Page): Promise<readonly string[]> =>
  canvas(page).locator(".card-id").allTextContents();

/** The wires on the canvas, as `image→conv_1`. */
export async function wires(page: Page): Promise<readonly string[]> {
  const named = await canvas(page)
    .getByRole("img", { name: /^Edge from/, includeHidden: true })
    .all();
  const names = await Promise.all(named.map((it) => it.getAttribute("aria-label")));
  return names.map((it) => it?.replace(/^Edge from (\w+) to (\w+)$/, "$1→$2") ?? "").toSorted();
}

/** Where wires begin and end: React Flow gives its handles no role. */
export const wayOut = (page: Page, id: string): Locator =>
  card(page, id).locator(".react-flow__handle.source");
export const wayIn = (page: Page, id: string): Locator =>
  card(page, id).locator(".react-flow__handle.target");

export const inspector = (page: Page): Locator => page.getByRole("complementary", { name: "Inspector" });
export const training = (page: Page): Locator => page.getByRole("region", { name: "Training", exact: true });
export const notices = (page: Page): Locator => page.getByRole("region", { name: "Notices" });
export const fileName = (page: Page): Locator => page.getByRole("heading", { level: 1 });
/** Shown while the file lacks what the window holds. */
export const dirtyMark = (page: Page): Locator => page.getByRole("img", { name: "not saved" });

export const trainButton = (page: Page): Locator =>
  training(page).getByRole("button", { name: "Train", exact: true });
export const stopButton = (page: Page): Locator =>
  training(page).getByRole("button", { name: "Stop", exact: true });

/** How the run of the design on the canvas stands, in the Training tab. */
export const standing = (page: Page): Locator =>
  page.getByRole("region", { name: "Runs" }).getByRole("paragraph").first();

export async function showTab(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name }).click();
}

/** Types the name of a layer into the list that the key A opens, and takes the first that fits. */
export async function quickAdd(page: Page, name: string): Promise<void> {
  await page.keyboard.press("a");
  const search = page.getByRole("combobox", { name: "Add a layer" });
  await expect(search).toBeFocused();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(search).toBeHidden();
}

/** Sets a number in the form of the recipe or of a layer. */
export async function setNumber(place: Locator, label: string, value: string): Promise<void> {
  const field = place.getByRole("spinbutton", { name: label, exact: true });
  await field.fill(value);
  await field.press("Enter");
}

/** The pixels of a painted canvas, to see whether they change. */
export const pixelsOf = (picture: Locator): Promise<string> =>
  picture.evaluate((it) => (it instanceof HTMLCanvasElement ? it.toDataURL() : ""));

/** The first feature map on a card. */
export const firstMap = (page: Page, id: string): Locator => card(page, id).locator("canvas").first();

/** A percentage such as `97.5 %` as a share. */
export const shareIn = (text: string): number => Number(/([\d.]+)\s%/.exec(text)?.[1] ?? Number.NaN) / 100;
