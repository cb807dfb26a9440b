import { duration } from "../../shared/emit/figures.ts";
import { activeRun, fractionDone, type RunRecord, useSession } from "../state/session.ts";

/** How far the training is, and for how long it goes on. */
export function Progress() {
  const run = useSession(activeRun);
  if (!run) return null;
  return (
    <div className="progress">
      <span>{wordsFor(run)}</span>
      <progress
        max={1}
        value={run.status === "measuring" ? undefined : fractionDone(run)}
        aria-label="Training"
      />
      <span className="progress-left">
        {run.status === "running" && run.secondsLeft !== undefined ? duration(run.secondsLeft) : ""}
      </span>
    </div>
  );
}

function wordsFor({ status, trying, epoch, recipe }: RunRecord): string {
  if (status === "measuring") return trying ? `trying ${trying}` : "getting ready";
  const place = `epoch ${Math.max(1, epoch)}/${recipe.epochs}`;
  return status === "paused" ? `paused, ${place}` : place;
}
