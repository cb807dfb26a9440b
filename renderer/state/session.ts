import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Design } from "../../shared/graph/graph.ts";
import type {
  BackendName,
  DatasetSummary,
  FeatureMaps,
  Kernels,
  News,
  Surface,
} from "../../shared/protocol/training.ts";
import { afterNews, isActive, type RunRecord } from "./runs.ts";

export type { ProgressPoint, RunRecord } from "./runs.ts";
export { fractionDone, isActive, latestEpoch } from "./runs.ts";

export type DataState =
  | { readonly status: "none" }
  | { readonly status: "loading"; readonly name: string }
  | { readonly status: "refused"; readonly message: string }
  | { readonly status: "ready"; readonly dataset: DatasetSummary };

/** What the window knows of the training worker. Actions that send orders are in `orders.ts`. */
export interface Session {
  /** The worker has started and takes orders. */
  readonly ready: boolean;
  /** Of this machine, where the host knows. */
  readonly memoryBytes: number | undefined;
  readonly data: DataState;
  /** Which image of the dataset's gallery goes through the network for the live pictures. */
  readonly watched: number;
  /** Latest run by design name. */
  readonly runs: Readonly<Record<string, RunRecord>>;
  /** The design whose pictures are wanted, and the look that was ordered last. */
  readonly shown: { readonly design: Design | undefined; readonly look: number };
  /** Feature maps of the watched image by node id. Of a node whose shape has changed since, they are old. */
  readonly maps: Readonly<Record<string, FeatureMaps>>;
  /** Of the focused node, where it has kernels. */
  readonly kernels: Kernels | undefined;
  /** Of a network of two inputs. */
  readonly surface: Surface | undefined;
  /** Class of the watched image. */
  readonly label: number | undefined;
  readonly backend: BackendName | "auto";
  /** Something broke that belongs to no run. */
  readonly broken: string | undefined;
}

export const freshSession: Session = {
  ready: false,
  memoryBytes: undefined,
  data: { status: "none" },
  watched: 0,
  runs: {},
  shown: { design: undefined, look: 0 },
  maps: {},
  kernels: undefined,
  surface: undefined,
  label: undefined,
  backend: "auto",
  broken: undefined,
};

export const session = createStore<Session>(() => freshSession);
export const useSession = <T>(select: (state: Session) => T): T => useStore(session, select);

/** The design's latest run, if any. */
export const useRun = (design: string): RunRecord | undefined => useSession((state) => state.runs[design]);

/** The dataset once it is there. */
export const useDataset = (): DatasetSummary | undefined =>
  useSession((state) => (state.data.status === "ready" ? state.data.dataset : undefined));

/** The one run that the worker is busy with or holds paused. */
export const activeRun = (state: Session): RunRecord | undefined => Object.values(state.runs).find(isActive);

/** The session after a message from the worker. News of runs and looks that were given up change nothing. */
export function heard(state: Session, news: News): Session {
  switch (news.type) {
    case "ready":
      return { ...state, ready: true };
    case "data":
      return {
        ...state,
        data: { status: "ready", dataset: news.dataset },
        watched: Math.max(0, Math.min(state.watched, news.dataset.gallery.labels.length - 1)),
      };
    case "dataRefused":
      return {
        ...state,
        data: { status: "refused", message: news.message },
        maps: {},
        kernels: undefined,
        surface: undefined,
      };
    case "maps":
      return withMaps(state, news);
    case "measuring":
    case "backend":
    case "progress":
    case "epoch":
    case "paused":
    case "ended":
      return withRun(state, news.run, (run) => afterNews(run, news));
    case "broken":
      return { ...state, broken: news.message };
  }
}

function withRun(state: Session, run: number, change: (run: RunRecord) => RunRecord): Session {
  const met = Object.entries(state.runs).find(([, it]) => it.run === run && isActive(it));
  return met ? { ...state, runs: { ...state.runs, [met[0]]: change(met[1]) } } : state;
}

function withMaps(state: Session, news: Extract<News, { type: "maps" }>): Session {
  if (!isWanted(state, news)) return state;
  return {
    ...state,
    maps: Object.fromEntries(news.maps.map((it) => [it.node, it])),
    kernels: news.kernels,
    surface: news.surface,
    label: news.label,
  };
}

function isWanted({ shown, runs }: Session, { look, run }: Extract<News, { type: "maps" }>): boolean {
  if (look !== undefined) return look === shown.look;
  const shownRun = shown.design ? runs[shown.design.name] : undefined;
  if (!shown.design || !shownRun || shownRun.run !== run) return false;
  // The canvas may have been edited since the run began: its pictures would stand on the wrong cards.
  return sameNetwork(shownRun.design, shown.design);
}

/** Whether two designs train alike: same layers, settings and wires, wherever the cards stand. */
export function sameNetwork(a: Design, b: Design): boolean {
  if (a.nodes.length !== b.nodes.length || a.wires.length !== b.wires.length) return false;
  const isSame = (index: number): boolean => {
    const [one, other] = [a.nodes[index], b.nodes[index]];
    return (
      one === other || (one?.id === other?.id && one?.kind === other?.kind && one?.values === other?.values)
    );
  };
  return a.nodes.every((_, index) => isSame(index)) && (a.wires === b.wires || sameWires(a, b));
}

const sameWires = (a: Design, b: Design): boolean =>
  a.wires.every((it, index) => {
    const other = b.wires[index];
    return it.from === other?.from && it.to === other.to && it.slot === other.slot;
  });
