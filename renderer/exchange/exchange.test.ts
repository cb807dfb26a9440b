import { expect, test } from "vitest";
import { nodeBackends, nodeTime } from "../../main/node-backends.ts";
import { nodePaint } from "../../main/painting.ts";
import type { ExchangeNews, ExportStage } from "../../shared/protocol/exchange.ts";
import { createExchange } from "../../shared/tfjs/exchange.ts";
import { design } from "../../shared/tfjs/testing/designs.ts";
import { defaultRecipe } from "../../shared/train/recipe.ts";
import { type ExchangeThread, type ExportOrder, startExchange } from "./exchange.ts";

/** A real exchange where a browser would have a worker; `die` does to it what a crash does to a worker. */
function thread(): ExchangeThread & { die(message: string): void } {
  let alive = true;
  const send = (data: ExchangeNews): void => {
    const news = structuredClone(data);
    setImmediate(() => alive && it.onmessage?.(new MessageEvent("message", { data: news })));
  };
  const take = createExchange({ host: nodeBackends, time: nodeTime, paint: nodePaint, send });
  const it: ReturnType<typeof thread> = {
    onmessage: null,
    onmessageerror: null,
    onerror: null,
    postMessage: (order) => alive && take(structuredClone(order)),
    terminate() {
      alive = false;
    },
    die(message) {
      // Node has no ErrorEvent.
      it.onerror?.(Object.assign(new Event("error", { cancelable: true }), { message }) as ErrorEvent);
    },
  };
  return it;
}

const order: ExportOrder = {
  format: "tfjs",
  design: design(["input", { height: 6, width: 6 }], ["flatten"], ["dense", { units: 2 }]),
  recipe: defaultRecipe,
  data: { source: "digits" },
};

/** An exchange, and the threads it has started. */
function started() {
  const threads: ReturnType<typeof thread>[] = [];
  const exchange = startExchange(() => {
    const begun = thread();
    threads.push(begun);
    return begun;
  });
  return { exchange, threads };
}

test("starts its worker with the first order and keeps it", async () => {
  const { exchange, threads } = started();
  expect(threads).toHaveLength(0);
  const stages: ExportStage[] = [];
  const both = [
    exchange.write(order, (it) => void stages.push(it)),
    exchange.write({ ...order, format: "svg" }, () => {}),
  ];
  expect((await Promise.all(both)).map((it) => it.type)).toEqual(["exported", "exported"]);
  expect(stages).toContain("writing");
  expect(threads).toHaveLength(1);
});

test("answers all that wait when they are cancelled or the worker dies, and starts another", async () => {
  const { exchange, threads } = started();
  const given = exchange.write(order, () => {});
  exchange.cancel();
  expect(await given).toEqual({ type: "cancelled" });
  const second = exchange.write(order, () => {});
  threads[1]?.die("out of memory");
  expect(await second).toEqual({
    type: "refused",
    message: "It broke off: out of memory. Try again.",
  });
  expect((await exchange.write(order, () => {})).type).toBe("exported");
  expect(threads).toHaveLength(3);
});

test("says so when the weights cannot be handed over", async () => {
  const exchange = startExchange(() => ({
    ...thread(),
    postMessage() {
      throw new DOMException("Data cannot be cloned, out of memory.", "DataCloneError");
    },
  }));
  expect(await exchange.write(order, () => {})).toMatchObject({
    type: "refused",
    message: expect.stringContaining("memory is not enough"),
  });
});

test("reads a model back, or says why not", async () => {
  const { exchange } = started();
  const written = await exchange.write(order, () => {});
  if (written.type !== "exported") throw new Error(written.type);
  const read = await exchange.read(written.files, undefined);
  expect(read).toMatchObject({ design: { nodes: { length: 3 } }, weights: { n2: { length: 2 } } });
  const files = [{ name: "net.h5", bytes: Uint8Array.of(1, 2, 3) }];
  expect(await exchange.read(files, undefined)).toEqual({ refused: expect.stringContaining('"net.h5"') });
  const reading = exchange.read(files, undefined);
  exchange.cancel();
  expect(await reading).toBeUndefined();
});
