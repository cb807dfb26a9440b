import { compile } from "../../shared/compile/compile.ts";
import { type Weights, weightsFit } from "../../shared/compile/weights.ts";
import type { Design } from "../../shared/graph/graph.ts";
import type { BackendName, NamedBytes, News, Order, Until } from "../../shared/protocol/training.ts";
import { type DataChoice, nameOf } from "../../shared/train/dataset.ts";
import type { Recipe } from "../../shared/train/recipe.ts";
import { importedRun, startedRun } from "./runs.ts";
import { activeRun, freshSession, heard, isActive, sameNetwork, session } from "./session.ts";

type Send = (order: Order) => void;

/** The one line to the training worker. */
const line: { send: Send; lastNumber: number } = { send: () => {}, lastNumber: 0 };

/** Says where orders go; called once when the window starts. */
export function connectTrainer(send: Send): void {
  line.send = send;
}

/** Takes a message from the worker. */
export function hear(news: News): void {
  session.setState((state) => heard(state, news));
}

/** Loads or makes the examples; a folder or table comes with its files. */
export function loadData(choice: DataChoice, files?: readonly NamedBytes[]): void {
  session.setState({
    data: { status: "loading", name: nameOf(choice) },
    maps: {},
    kernels: undefined,
    surface: undefined,
  });
  line.send({ type: "data", choice, ...(files ? { files } : {}) });
}

/** Which image goes through the network, and which node's maps and kernels are wanted in full. */
export function watch(image: number, focus: string | undefined): void {
  if (session.getState().watched !== image) session.setState({ watched: image });
  line.send({ type: "watch", image, ...(focus === undefined ? {} : { focus }) });
}

/**
 * Orders pictures of a design: with its trained weights while they fit, else with those it would start from.
 * A run of the very same network sends pictures by itself.
 */
export function look(design: Design, seed: number): void {
  const number = nextNumber();
  const run = session.getState().runs[design.name];
  session.setState({ shown: { design, look: number } });
  if (isActive(run) && run.status !== "paused" && sameNetwork(run.design, design)) return;
  const weights = trainedWeights(design);
  line.send({ type: "look", look: number, design, seed, ...(weights ? { weights } : {}) });
}

/** The weights of the design's finished run, or those imported for it, while the network is still the one they belong to. */
export function trainedWeights(design: Design): Weights | undefined {
  const weights = session.getState().runs[design.name]?.weights;
  return weights && weightsFit(compile(design), weights) ? weights : undefined;
}

/** Starts a run; `further` goes on from the trained weights. Does nothing while another run holds the worker. */
export function train(design: Design, recipe: Recipe, until: Until = "end", further = false): void {
  if (activeRun(session.getState())) return;
  const run = nextNumber();
  const weights = further ? trainedWeights(design) : undefined;
  const { backend } = session.getState();
  session.setState((state) => ({
    runs: { ...state.runs, [design.name]: startedRun(run, design, recipe) },
    shown: { ...state.shown, design },
    broken: undefined,
  }));
  line.send({ type: "train", run, design, recipe, backend, until, ...(weights ? { weights } : {}) });
}

export const pause = (): void => withActive((run) => line.send({ type: "pause", run }));
export const stop = (): void => withActive((run) => line.send({ type: "stop", run }));
export const goOn = (until: Until = "end"): void =>
  withActive((run) => {
    // The worker answers only when it pauses again; the buttons must change at once.
    session.setState((state) => ({
      runs: Object.fromEntries(
        Object.entries(state.runs).map(([name, it]) => [
          name,
          it.run === run && it.status === "paused" ? { ...it, status: "running" } : it,
        ]),
      ),
    }));
    line.send({ type: "continue", run, until });
  });

/** Takes effect with the next run. */
export const chooseBackend = (backend: BackendName | "auto"): void => session.setState({ backend });

/** Keeps imported weights as those of the design: shown, exported and trained further. They take an ended run's place. */
export function keepImported(design: Design, recipe: Recipe, weights: Weights, from: string): void {
  const record = importedRun(nextNumber(), design, recipe, { weights, from });
  session.setState(({ runs }) => ({ runs: { ...runs, [design.name]: record } }));
}

/** A design's run is found under its new name too; the old one stays for undo. */
export const runFollowsName = (from: string, to: string): void =>
  session.setState((state) => {
    const run = state.runs[from];
    return run ? { runs: { ...state.runs, [to]: run } } : {};
  });

/** Another document: what was trained belongs to the old one. */
export function forgetRuns(): void {
  stop();
  session.setState(({ ready, backend, data }) => ({ ...freshSession, ready, backend, data }));
}

const withActive = (order: (run: number) => void): void => {
  const active = activeRun(session.getState());
  if (active) order(active.run);
};

const nextNumber = (): number => {
  line.lastNumber++;
  return line.lastNumber;
};
