import { useEffect } from "react";
import { complain, say } from "../state/notices.ts";
import { preferences } from "../state/preferences.ts";
import { type RunRecord, session } from "../state/session.ts";
import { activeDesign, workspace } from "../state/workspace.ts";
import { inPercent } from "../ui/notation.ts";
import { windows } from "./windows.ts";

/** Says how a run ended where another tab is shown, and what broke outside of runs. */
export function useRunNotices(): void {
  useEffect(
    () =>
      session.subscribe((now, before) => {
        if (now.broken !== undefined && now.broken !== before.broken) complain(now.broken);
        for (const [name, run] of Object.entries(now.runs)) {
          const was = before.runs[name];
          if (run.status === "ended" && was?.run === run.run && was.status !== "ended") announce(name, run);
        }
      }),
    [],
  );
}

function announce(name: string, { why, message, test, recipe }: RunRecord): void {
  if (why !== "failed" && isSeen(name)) return;
  if (why === "diverged")
    complain(
      `${name}: the loss became NaN; the last finite weights are kept. Lower the learning rate (${recipe.optimizer.rate}).`,
    );
  else if (why === "failed") complain(`${name}: ${message ?? "training broke off."}`);
  else if (why === "done" || why === "early")
    say(`${name} is trained${test ? `: ${inPercent(test.accuracy)} of the test examples are right` : ""}.`, {
      tone: "good",
    });
}

/** Whether the Training tab is open and says in its own place how this run stands. */
const isSeen = (name: string): boolean =>
  preferences.getState().dock &&
  windows.getState().dock === "training" &&
  activeDesign(workspace.getState()).name === name;
