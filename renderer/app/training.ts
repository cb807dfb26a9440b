import { counted } from "../../shared/emit/figures.ts";
import type { Until } from "../../shared/protocol/training.ts";
import { goOn, pause, stop, train, trainedWeights } from "../state/orders.ts";
import { aroundOf, planOf } from "../state/plans.ts";
import { activeRun, type RunRecord, type Session, session } from "../state/session.ts";
import { activeDesign, documentOf, type Workspace, workspace } from "../state/workspace.ts";

/** Why the design on the canvas cannot be trained now, or undefined when it can. */
export function trainingBlocked(work: Workspace, state: Session): string | undefined {
  const design = activeDesign(work);
  const active = activeRun(state);
  const isOther = active && state.runs[design.name]?.run !== active.run;
  if (isOther) {
    const name = Object.entries(state.runs).find(([, it]) => it === active)?.[0];
    return active.status === "paused"
      ? `${name} is paused. Stop it first.`
      : `${name} is training. Wait for it, or stop it first.`;
  }
  if (active) return undefined;
  const plan = planOf(design, aroundOf(documentOf(work), state));
  const errors = plan.problems.filter((it) => it.severity === "error");
  if (errors.length) return `${counted(errors.length, "problem")} to fix first: ${errors[0]?.message}`;
  if (!plan.ready) return "The design is not complete yet.";
  if (state.data.status === "refused") return state.data.message;
  if (state.data.status !== "ready") return "The data are still loading.";
  return undefined;
}

/** The run of the design on the canvas, while it holds the worker. */
export function runHere(work: Workspace, state: Session): RunRecord | undefined {
  const active = activeRun(state);
  return active && state.runs[activeDesign(work).name]?.run === active.run ? active : undefined;
}

/** Starts training, or goes on where it is paused. */
export function trainNow(until: Until = "end", further = false): void {
  const work = workspace.getState();
  if (trainingBlocked(work, session.getState()) !== undefined) return;
  const run = runHere(work, session.getState());
  if (run?.status === "paused") goOn(until);
  else if (!run) train(activeDesign(work), documentOf(work).recipe, until, further);
}

export function pauseOrGoOn(): void {
  const run = runHere(workspace.getState(), session.getState());
  if (run?.status === "paused") goOn();
  else if (run) pause();
}

export { stop as stopTraining };

/** Whether "Train further" has something to begin from. */
export const canTrainFurther = (): boolean =>
  trainedWeights(activeDesign(workspace.getState())) !== undefined;
