import type { ChildProcess } from "node:child_process";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test as base, expect, type Page } from "@playwright/test";
import { Control } from "../shared/simd/kernels/protocol.ts";
import { serveBrowserEdition } from "./serve.ts";
import { findChromium } from "./stand-in/chromium.ts";
import { card, chooseTemplate, setNumber, showTab, standing, trainButton, training } from "./workbench.ts";

// Threads of the CPU backend that do not start, or die, while somebody trains in a browser.

const executablePath = findChromium();
const test = base.extend<{ open: (change?: Change) => Promise<void> }>({
  launchOptions: {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  },
  /** Opens a design in a window whose pool workers get changed programs. */
  open: async ({ page }, use) => {
    let change: Change = (program) => program;
    const proxy = createServer(changing((...given) => change(...given)));
    await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
    // Listening on a TCP port, the address is never a pipe's name.
    const { port } = proxy.address() as AddressInfo;
    await use(async (wanted = change) => {
      change = wanted;
      await page.goto(`http://127.0.0.1:${port}/`);
      await chooseTemplate(page, "Edge lover");
      await card(page, "conv_1").click();
      await backend(page).click();
      await page.getByRole("menuitemcheckbox", { name: /^CPU \(SIMD\)/ }).click();
    });
    proxy.close();
    proxy.closeAllConnections();
  },
});

let server: ChildProcess;
let address: string;
test.beforeAll(async () => {
  ({ server, address } = await serveBrowserEdition());
});
test.afterAll(() => {
  server.kill();
});

/** What a pool worker gets for its program: as it is; another; a status instead; no answer ever. `asked` counts from 1. */
type Change = (program: string, asked: number) => string | number | undefined;

/** Serves the browser edition, but for the programs of the training worker, which opens its pool, and of the pool. */
function changing(change: Change): RequestListener {
  let asked = 0;
  return async ({ url = "/" }, response) => {
    const original = await fetch(new URL(url, address));
    const { "content-length": _, ...headers } = Object.fromEntries(original.headers);
    let given: string | number | Buffer | undefined;
    if (url.startsWith("/workers/pool-")) given = change(await original.text(), ++asked);
    else if (url.startsWith("/workers/train-")) given = `(${openPool})();${await original.text()}`;
    else given = Buffer.from(await original.arrayBuffer());
    if (given === undefined) return;
    const status = typeof given === "number" ? given : original.status;
    response
      .writeHead(status, { ...headers, "cache-control": "no-store" })
      .end(typeof given === "number" ? undefined : given);
  };
}

/** The pool as the test sees it from within the training worker. */
interface Pool {
  readonly workers: Worker[];
  /** How many of them have told the training worker of an error. */
  errors: number;
  memory: WebAssembly.Memory | undefined;
}

/** Runs in the training worker before its own program: two pool workers on any machine, and the way to them. */
function openPool(): void {
  const pool: Pool = { workers: [], errors: 0, memory: undefined };
  Object.defineProperty(navigator, "hardwareConcurrency", { value: 3 });
  const Original = Worker;
  class Watched extends Original {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      pool.workers.push(this);
      this.addEventListener("error", () => pool.errors++);
    }
    override postMessage(start: { readonly memory: WebAssembly.Memory }): void {
      pool.memory = start.memory;
      super.postMessage(start);
    }
  }
  Object.assign(globalThis, { Worker: Watched, pool });
}

/** Does something to the pool from within the training worker. */
async function inPool<Given, Found>(
  page: Page,
  work: (given: Given) => Found | Promise<Found>,
  given: Given,
): Promise<Found> {
  const trainer = page.workers().find((it) => it.url().includes("/workers/train-"));
  if (!trainer) throw new Error("There is no training worker.");
  return trainer.evaluate<Found, Given>(work as never, given as never);
}
declare const pool: Pool;

const backend = (page: Page) => page.getByRole("button", { name: /^Backend/ });
const errors = (page: Page) => inPool(page, () => pool.errors, undefined);

/** The weights of the kernel, once they no longer move. */
async function kernel(page: Page): Promise<string> {
  await showTab(page, "Feature maps");
  const cells = page.getByRole("table", { name: "Kernel" }).getByRole("cell");
  await expect(cells).toHaveCount(25);
  let [before, weights] = ["", ""];
  const moves = async (): Promise<boolean> => {
    [before, weights] = [weights, (await cells.allTextContents()).join(" ")];
    return weights !== before;
  };
  await expect.poll(moves, { intervals: [500] }).toBe(false);
  await showTab(page, "Training");
  return weights;
}

const recipe = (page: Page) => page.getByRole("region", { name: "Recipe" });

async function trainEpoch(page: Page): Promise<void> {
  await setNumber(recipe(page), "Epochs", "1");
  await trainButton(page).click();
  await expect(standing(page)).toHaveText(/^Done: 1 epoch in /, { timeout: 60_000 });
}

async function trainInOtherWays(page: Page, way: RegExp): Promise<void> {
  await training(page).getByRole("button", { name: "More ways to train" }).click();
  await page.getByRole("menuitem", { name: way }).click();
}

test("a worker that is ended between two steps changes nothing of what is learned", async ({
  page,
  open,
}) => {
  await open();
  await setNumber(recipe(page), "Epochs", "3");
  await trainButton(page).click();
  await expect(standing(page)).toHaveText(/^Done: 3 epochs in /, { timeout: 60_000 });
  await expect(backend(page)).toContainText("SIMD ×3");
  const undisturbed = await kernel(page);
  await trainInOtherWays(page, /^One epoch/);
  await expect(standing(page)).toHaveText(/^Paused in epoch 1 of 3/);
  expect(await kernel(page)).not.toBe(undisturbed);
  await inPool(page, () => pool.workers[0]?.terminate(), undefined);
  await training(page).getByRole("button", { name: "Continue" }).click();
  await expect(standing(page)).toHaveText(/^Done: 3 epochs in /, { timeout: 60_000 });
  expect(await kernel(page)).toBe(undisturbed);
});

const troubles: readonly (readonly [name: string, (program: string) => string | number])[] = [
  ["cannot be found", () => 404],
  ["throws at once", (program) => `throw new Error("not here");${program}`],
  [
    "can make nothing of the kernels",
    (program) => `WebAssembly.instantiate = () => Promise.reject(new Error("no memory"));${program}`,
  ],
];
for (const [name, trouble] of troubles)
  test(`where the program of a worker ${name}, the others train`, async ({ page, open }) => {
    await open((program, asked) => (asked === 1 ? trouble(program) : program));
    await trainEpoch(page);
    await expect(backend(page)).toContainText("SIMD ×2");
    expect(await errors(page)).toBe(1);
  });

test("where the programs of the workers never come, one thread trains", async ({ page, open }) => {
  await open(() => undefined);
  await trainEpoch(page);
  await expect(backend(page)).toContainText("SIMD,");
});

// Both wait for the first word of the memory, which is nobody's, to be set.

/** Throws where a worker is at work. */
const throwing = `
  WebAssembly.instantiate = async (module, { env }) => ({
    exports: {
      work() {
        Atomics.wait(new Int32Array(env.memory.buffer), 0, 0);
        throw new Error("out of bounds");
      },
    },
  });
`;
/** Takes a share as a worker does, and is no more, of which a browser tells nobody. */
const vanishing = `
  addEventListener("message", (event) => {
    event.stopImmediatePropagation();
    const words = new Int32Array(event.data.memory.buffer);
    postMessage("ready");
    Atomics.wait(words, 0, 0);
    for (;;) {
      const ticket = Atomics.load(words, ${Control.ticket / 4});
      const isLeft = (ticket & 255) < ((ticket >> 8) & 255);
      if (isLeft && Atomics.compareExchange(words, ${Control.ticket / 4}, ticket, ticket + 1) === ticket) break;
    }
    close();
  });
`;
for (const [name, program, told] of [
  ["throws", throwing, 2],
  ["vanishes", vanishing, 0],
] as const)
  test(`where a worker ${name} at work, the run says so, and goes on from its weights with one thread`, async ({
    page,
    open,
  }) => {
    await open((original) => program + original);
    const untrained = await kernel(page);
    // However seldom a busy machine lets the workers have a share.
    await setNumber(recipe(page), "Epochs", "1000");
    await trainInOtherWays(page, /^One epoch/);
    await expect(standing(page)).toHaveText(/^Paused in epoch 1 of 1000/, { timeout: 60_000 });
    await expect(backend(page)).toContainText("SIMD ×3");
    await inPool(
      page,
      (patience) => {
        const words = new Int32Array(pool.memory?.buffer ?? new ArrayBuffer());
        words[patience] = 1;
        Atomics.store(words, 0, 1);
        Atomics.notify(words, 0);
      },
      Control.patience / 4,
    );
    await training(page).getByRole("button", { name: "Continue" }).click();
    await expect(standing(page)).toHaveText(
      "A thread of the CPU backend died, or no longer answers; until a restart, one thread does all the work. " +
        "The last good weights are kept, to train further from.",
      { timeout: 60_000 },
    );
    expect(await errors(page)).toBe(told);
    const kept = await kernel(page);
    expect(kept).not.toBe(untrained);
    await setNumber(recipe(page), "Epochs", "1");
    await trainInOtherWays(page, /^Train further/);
    await expect(standing(page)).toHaveText(/^Done: 1 epoch in /, { timeout: 60_000 });
    await expect(backend(page)).toContainText("SIMD,");
    expect(await kernel(page)).not.toBe(kept);
  });
