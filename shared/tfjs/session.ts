import { compile } from "../compile/compile.ts";
import type { Plan } from "../compile/plan.ts";
import { initialWeights, type Weights, weightsFit } from "../compile/weights.ts";
import type { FromWorker, Order } from "../protocol/training.ts";
import type { Dataset } from "../train/dataset.ts";
import { dataShapeOf, loadDataset, summarise } from "../train/load-dataset.ts";
import { type BackendHost, chooseBackend, startBackend } from "./backends.ts";
import { buildNetwork } from "./build.ts";
import { createControl, type Gate } from "./control.ts";
import { train } from "./fit.ts";
import type { Job, Time } from "./job.ts";
import { createViewer } from "./viewer.ts";

/** What a session needs from the thread that it lives in. */
export interface Surroundings {
  readonly host: BackendHost;
  readonly time: Time;
  send(news: FromWorker): void;
}

type Ordered<T extends Order["type"]> = Extract<Order, { type: T }>;
type Measured = Omit<Extract<FromWorker, { type: "backend" }>, "type" | "run">;

interface CurrentRun {
  readonly number: number;
  readonly control: Gate;
  /** While it runs, pictures wait until it rests; else they are made at once. */
  state: "waiting" | "running" | "paused";
}

/**
 * The training worker's side of the protocol: keeps one dataset, one run and one network to look at, and answers
 * orders. Never throws; a bug becomes news in words.
 */
export function createSession({ host, time, send }: Surroundings): (order: Order) => void {
  const viewer = createViewer(time, send);
  const measured = new Map<string, Measured>();
  const runs: CurrentRun[] = [];
  const chores: (() => Promise<void>)[] = [];
  let dataset: Dataset | undefined;
  let wantedLook: Ordered<"look"> | undefined;
  let lastRun = Promise.resolve();
  let lastChore = Promise.resolve();
  let backendReady = false;

  return (order) => {
    switch (order.type) {
      case "data":
        return chore(() => load(order));
      case "look":
        // Only the newest counts: the canvas may have moved on several times.
        wantedLook = order;
        return chore(look);
      case "watch":
        viewer.watch(order.image, order.focus);
        return isRunning() ? undefined : chore(viewer.again);
      case "train": {
        const run: CurrentRun = { number: order.run, control: createControl(order.until), state: "waiting" };
        runs.push(run);
        lastRun = lastRun.then(() => trainDesign(order, run));
        return;
      }
      case "pause":
        return controlOf(order.run)?.pause();
      case "continue":
        return controlOf(order.run)?.proceed(order.until);
      case "stop":
        return controlOf(order.run)?.stop();
    }
  };

  function controlOf(number: number): Gate | undefined {
    return runs.find((it) => it.number === number)?.control;
  }

  function isRunning(): boolean {
    return runs[0]?.state === "running";
  }

  function chore(work: () => Promise<void>): void {
    chores.push(work);
    if (!isRunning()) void workOff();
  }

  /** Does what was ordered beside the run, one after the other; resolves when that and all before it is done. */
  function workOff(): Promise<void> {
    for (const work of chores.splice(0))
      lastChore = lastChore.then(work).catch((bug) => send({ type: "broken", message: words(bug) }));
    return lastChore;
  }

  async function load({ choice, files }: Ordered<"data">): Promise<void> {
    const loaded = loadDataset(choice, files);
    if ("refused" in loaded) return send({ type: "dataRefused", message: loaded.refused });
    dataset = loaded;
    send({ type: "data", dataset: summarise(loaded) });
    await viewer.use(loaded);
  }

  async function look(): Promise<void> {
    if (!wantedLook) return;
    const { design, weights, seed, look } = wantedLook;
    wantedLook = undefined;
    const plan = compile(design);
    const inputs = plan.steps.filter((it) => it.kind.family === "input");
    if (inputs.length !== 1 || plan.totals.parameters > mostParametersToLookAt)
      return viewer.show(undefined, { look });
    await someBackend();
    await viewer.show(buildNetwork(plan, fitting(plan, weights) ?? initialWeights(plan, seed), seed), {
      look,
    });
  }

  async function trainDesign(order: Ordered<"train">, run: CurrentRun): Promise<void> {
    let kept: Weights | undefined;
    await workOff();
    run.state = "running";
    try {
      await trainUnless(order, run, (weights) => {
        kept = weights;
      });
    } catch (bug) {
      const trouble = bug instanceof RangeError ? outOfMemory(order.recipe.batch) : words(bug);
      send(failed(order, kept ? `${trouble} ${weightsKept}` : trouble, kept));
    }
    runs.splice(runs.indexOf(run), 1);
    await workOff();
  }

  /** Trains, unless something speaks against it, which is then said. */
  async function trainUnless(
    order: Ordered<"train">,
    current: CurrentRun,
    keep: (weights: Weights) => void,
  ): Promise<void> {
    const { run, design, recipe } = order;
    const refuse = (message: string): void => send(failed(order, message));
    if (!dataset) return refuse("No data are loaded. Choose them first.");
    const plan = compile(design, { data: dataShapeOf(dataset) });
    if (!plan.ready) return refuse(firstProblem(plan));
    if (order.weights && !fitting(plan, order.weights)) return refuse(foreignWeights);
    const weights = order.weights ?? initialWeights(plan, recipe.seed);
    const job = { plan, dataset, recipe, weights, control: current.control, time };

    const finding = findBackend(order, plan);
    const found = await Promise.race([finding, current.control.stopping.then(() => "stopped" as const)]);
    if (found === "stopped") {
      send({ type: "ended", run, why: "stopped", weights });
      // What is being measured must be over before the next run.
      await finding;
      return;
    }
    if (!found) return refuse(noBackend(order.backend));
    send({ type: "backend", run, ...found });
    viewer.hide();
    await trainAndShow(job, current, keep);
  }

  async function trainAndShow(
    job: Job,
    current: CurrentRun,
    keep: (weights: Weights) => void,
  ): Promise<void> {
    const run = current.number;
    const listener: Job["listener"] = {
      progress: (progress) => send({ type: "progress", run, ...progress }),
      epoch: (report) => send({ type: "epoch", run, report }),
      paused() {
        current.state = "paused";
        send({ type: "paused", run });
        void workOff();
      },
      keep(weights) {
        // What is read from a card that is gone may be anything.
        if (host.lost?.()) return;
        keep(weights);
        send({ type: "kept", run, weights });
      },
      async rest(network, still) {
        current.state = "running";
        const lost = host.lost?.();
        if (lost) throw new Error(lost);
        await workOff();
        await viewer.follow(network, run, still);
      },
    };
    try {
      const { epochs: _, ...told } = await train({ ...job, listener });
      send({ type: "ended", run, ...told });
      await viewer.show(buildNetwork(job.plan, told.weights, job.recipe.seed), { run });
    } catch (trouble) {
      // The network that was shown went down with the run.
      viewer.hide();
      throw trouble;
    }
  }

  async function findBackend(
    { run, backend, design, recipe }: Ordered<"train">,
    plan: Plan,
  ): Promise<Measured | undefined> {
    // The same design at the same batch size would measure the same.
    const key = JSON.stringify([design.nodes.map(({ at: _, ...it }) => it), design.wires, recipe.batch]);
    const known = backend === "auto" ? measured.get(key) : undefined;
    const wanted = backend === "auto" ? known?.name : backend;
    const started = wanted && (await startBackend(host, wanted, time));
    const trying = (name: typeof wanted): void => name && send({ type: "measuring", run, backend: name });
    const chosen =
      backend === "auto" && !started ? await chooseBackend(host, { plan, recipe, time }, trying) : undefined;
    if (chosen) measured.set(key, chosen);
    const found = started ? { ...started, trials: known?.trials ?? [] } : chosen;
    backendReady ||= found !== undefined;
    return found;
  }

  /** Pictures before the first run need no measuring: whatever works on the CPU will do. */
  async function someBackend(): Promise<void> {
    for (const name of host.names.filter((it) => it === "simd" || it === "cpu"))
      backendReady ||= (await startBackend(host, name, time)) !== undefined;
    if (!backendReady) throw new Error(noBackend("auto"));
  }
}

/** A run that fails gives what it has learned, or else what it was to go on from. */
const failed = (
  { run, weights: start }: Ordered<"train">,
  message: string,
  learned?: Weights,
): FromWorker => {
  const weights = learned ?? start;
  return { type: "ended", run, why: "failed", message, ...(weights ? { weights } : {}) };
};

// Starting values alone would take seconds.
const mostParametersToLookAt = 20_000_000;

const fitting = (plan: Plan, weights: Weights | undefined): Weights | undefined =>
  weights && weightsFit(plan, weights) ? weights : undefined;

const foreignWeights = "The weights belong to another design. Train this one first.";

const firstProblem = (plan: Plan): string =>
  plan.problems.find((it) => it.severity === "error")?.message ?? "The design is not complete.";

const noBackend = (name: string): string =>
  name === "auto"
    ? "No way of training works on this machine: WebAssembly SIMD is needed at least."
    : `${name} does not work on this machine. Choose Automatic.`;

const weightsKept = "The last good weights are kept, to train further from.";

const outOfMemory = (batch: number): string =>
  `The memory is not enough for this design with ${batch} examples at a time. Choose a smaller batch.`;

const words = (bug: unknown): string => (bug instanceof Error ? bug.message : String(bug));
