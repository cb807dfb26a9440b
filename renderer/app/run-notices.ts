import { useEffect } from "react";
import { complain, say } from "../state/notices.ts";
import { type RunRecord, session } from "../state/session.ts";
import { inPercent } from "../ui/notation.ts";

/** Says how a run ended, also when another tab is shown, and what broke outside of runs. */
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

function announce(name: string, { why, message, test }: RunRecord): void {
  if (why === "diverged")
    complain(
      `${name}: the loss became infinite. The last finite weights are kept; try a smaller learning rate.`,
    );
  else if (why === "failed") complain(`${name}: ${message ?? "training broke off."}`);
  else if (why === "done" || why === "early")
    say(`${name} is trained${test ? `: ${inPercent(test.accuracy)} of the test images are right` : ""}.`, {
      tone: "good",
    });
}
