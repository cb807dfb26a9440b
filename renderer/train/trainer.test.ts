import { expect, test, vi } from "vitest";
import { nodeBackends, nodeTime } from "../../main/node-backends.ts";
import type { FromWorker, News, Order } from "../../shared/protocol/training.ts";
import { createSession } from "../../shared/tfjs/session.ts";
import { tinyFiles } from "../../shared/tfjs/testing/data.ts";
import { design } from "../../shared/tfjs/testing/designs.ts";
import { defaultRecipe } from "../../shared/train/recipe.ts";
import { startTrainer, type TrainingThread } from "./trainer.ts";

/** A real session where a browser would have a worker; `die` does to it what a crash does to a worker. */
function thread(): TrainingThread & { die(message: string): void } {
  let alive = true;
  const say = (data: FromWorker): void => {
    const news = structuredClone(data);
    setImmediate(() => alive && it.onmessage?.(new MessageEvent("message", { data: news })));
  };
  const take = createSession({ host: nodeBackends, time: nodeTime, send: say });
  const it: ReturnType<typeof thread> = {
    onmessage: null,
    onmessageerror: null,
    onerror: null,
    postMessage: (order) => alive && take(structuredClone(order)),
    terminate() {
      alive = false;
    },
    die(message) {
      const event = Object.assign(new Event("error", { cancelable: true }), { message });
      // Node has no ErrorEvent.
      it.onerror?.(event as ErrorEvent);
    },
  };
  say({ type: "ready" });
  return it;
}

const net = design(
  ["input", { height: 8, width: 8 }],
  ["conv2d", { filters: 2 }],
  ["globalMaxPool2d"],
  ["dense", { units: 3 }],
);
const images: Order = { type: "data", choice: { source: "folder", name: "tiny" }, files: tinyFiles() };
const run: Order = {
  type: "train",
  run: 1,
  design: net,
  recipe: { ...defaultRecipe, epochs: 100_000 },
  backend: "simd",
  until: "end",
};

function started() {
  const threads: ReturnType<typeof thread>[] = [];
  const heard: News[] = [];
  const trainer = startTrainer(
    (news) => heard.push(news),
    () => {
      const next = thread();
      threads.push(next);
      return next;
    },
  );
  const until = (type: News["type"], count = 1): Promise<unknown> =>
    vi.waitUntil(() => heard.filter((it) => it.type === type).length >= count, {
      timeout: 20_000,
      interval: 5,
    });
  return { threads, heard, trainer, until };
}

test("passes orders and news, but keeps the weights kept for emergencies to itself", async () => {
  const { heard, trainer, until } = started();
  trainer.send(images);
  await until("data");
  trainer.send({ ...run, recipe: { ...defaultRecipe, epochs: 1 } });
  await until("ended");
  expect(heard.filter((it) => it.type === "ended")).toMatchObject([{ run: 1, why: "done" }]);
  trainer.close();
});

test("a worker that dies ends its run with the weights kept last; the next one has the same images", async () => {
  const { heard, trainer, threads, until } = started();
  trainer.send(images);
  await until("data");
  trainer.send(run);
  await until("progress");
  // The worker hands weights over every three seconds.
  await nodeTime.after(3300);
  await until("progress", heard.filter((it) => it.type === "progress").length + 2);
  threads[0]?.die("out of memory");
  const [ended] = heard.filter((it) => it.type === "ended");
  expect(ended).toMatchObject({
    run: 1,
    why: "failed",
    message:
      "Training broke off: out of memory. The weights from a few seconds before are kept, to train further from.",
  });
  expect(Object.keys(ended?.weights ?? {})).toEqual(["n1", "n3"]);
  expect(threads).toHaveLength(2);
  await until("data", 2);
  trainer.send({ ...run, run: 2, until: "step" });
  await until("paused");
  trainer.send({ type: "stop", run: 2 });
  await until("ended", 2);
  // One that dies before it has kept anything does not lose what it went on from.
  trainer.send({ ...run, run: 3, ...(ended?.weights ? { weights: ended.weights } : {}) });
  threads[1]?.die("out of memory");
  expect(heard.filter((it) => it.type === "ended").at(-1)).toMatchObject({
    run: 3,
    message: "Training broke off: out of memory.",
    weights: ended?.weights,
  });
  trainer.close();
});

test("a worker that cannot start is not started for ever", () => {
  const { heard, trainer, threads } = started();
  threads[0]?.die("");
  expect(threads).toHaveLength(1);
  expect(heard).toMatchObject([{ type: "broken" }]);
  trainer.send(run);
  expect(heard.at(-1)).toMatchObject({ type: "ended", run: 1, why: "failed" });
});
