import type { Design } from "../../../shared/graph/graph.ts";
import type { Recipe } from "../../../shared/train/recipe.ts";
import { train } from "../../state/orders.ts";
import { activeRun, session } from "../../state/session.ts";

/** Trains designs one after the other. A stopped or failed run ends the row: what follows was not wanted any more. */
export function trainInTurn(designs: readonly Design[], recipe: Recipe): void {
  const [design, ...others] = designs;
  if (!design || activeRun(session.getState())) return;
  train(design, recipe);
  const started = session.getState().runs[design.name]?.run;
  const unlisten = session.subscribe(({ runs }) => {
    const run = runs[design.name];
    const isOver = run?.run !== started || run?.status === "ended";
    if (!isOver) return;
    unlisten();
    const goesOn =
      run?.run === started && (run?.why === "done" || run?.why === "early" || run?.why === "diverged");
    // The news that ended this run is still being told to the other listeners.
    if (goesOn) queueMicrotask(() => trainInTurn(others, recipe));
  });
}
