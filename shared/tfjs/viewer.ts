import type { Plan } from "../compile/plan.ts";
import { volume } from "../nodes/shape.ts";
import type { FromWorker } from "../protocol/training.ts";
import { countOf, type Dataset } from "../train/dataset.ts";
import { type Plane, planeOf } from "../train/plane.ts";
import type { Network } from "./build.ts";
import type { Time } from "./job.ts";
import { surfaceOf } from "./surface.ts";
import { createWatcher, pauseAfterLook, type Watcher } from "./watch.ts";

/** Sends the maps that one image of the test set makes in one network, and sends them again when either changes. */
export interface Viewer {
  /** The images from now on. */
  use(dataset: Dataset): Promise<void>;
  /** Which image, and of which node all maps and kernels; takes effect with `again` or the run's next maps. */
  watch(image: number, focus?: string): void;
  /** Shows a network and owns it from now on. Without one there is nothing to see, which is said too. */
  show(network: Network | undefined, of: Origin): Promise<void>;
  /** Shows the network of a run if it is time to; `now` even if not. The run keeps the network. */
  follow(network: Network, run: number, now: boolean): Promise<void>;
  again(): Promise<void>;
  hide(): void;
}

/** What the maps are an answer to. */
export type Origin = { readonly look: number } | { readonly run: number };

interface Shown {
  readonly network: Network;
  readonly watcher: Watcher;
  readonly of: Origin;
  readonly owned: boolean;
}

export function createViewer(time: Time, send: (news: FromWorker) => void): Viewer {
  let dataset: Dataset | undefined;
  let plane: Plane | undefined;
  let watched: { readonly image: number; readonly focus?: string } = { image: 0 };
  let shown: Shown | undefined;
  let nextAt = 0;

  const label = (): number => dataset?.test.labels[watched.image] ?? 0;

  /** The watched image, where the network can take it. */
  function valuesFor(plan: Plan): Float32Array | undefined {
    const entrance = plan.steps.find((it) => it.kind.family === "input");
    if (!dataset || !entrance || watched.image >= countOf(dataset.test)) return undefined;
    const size = volume(dataset.example);
    if (volume(entrance.output) !== size) return undefined;
    return dataset.test.values.slice(watched.image * size, (watched.image + 1) * size);
  }

  async function again(): Promise<void> {
    if (!shown) return;
    const { network, watcher, of } = shown;
    const values = valuesFor(network.plan);
    // Both are asked for before the first wait, for the reason that the watcher gives.
    const looking = values ? watcher.look(values, watched.focus) : { maps: [] };
    const drawing = values && plane ? surfaceOf(network, plane) : undefined;
    const [seen, surface] = [await looking, await drawing];
    send({ type: "maps", ...of, ...seen, ...(surface ? { surface } : {}), label: label() });
  }

  function hide(): void {
    if (shown?.owned) shown.network.dispose();
    shown = undefined;
  }

  return {
    use(next) {
      dataset = next;
      plane = planeOf(next);
      return again();
    },
    watch(image, focus) {
      watched = { image, ...(focus === undefined ? {} : { focus }) };
      nextAt = 0;
    },
    async show(network, of) {
      hide();
      if (!network) return send({ type: "maps", ...of, maps: [], label: label() });
      shown = { network, watcher: createWatcher(network), of, owned: true };
      await again();
    },
    async follow(network, run, now) {
      if (!now && time.now() < nextAt) return;
      const from = time.now();
      if (shown?.network !== network) {
        hide();
        shown = { network, watcher: createWatcher(network), of: { run }, owned: false };
      }
      await again();
      nextAt = time.now() + pauseAfterLook(time.now() - from);
    },
    again,
    hide,
  };
}
