import { ChevronDown, Pause, Play, Square, StepForward } from "lucide-react";
import { useSession } from "../state/session.ts";
import { useWorkspace } from "../state/workspace.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { Menu } from "../ui/Menu.tsx";
import { Progress } from "./Progress.tsx";
import {
  canTrainFurther,
  pauseOrGoOn,
  runHere,
  stopTraining,
  trainingBlocked,
  trainNow,
} from "./training.ts";
import { openDialog } from "./windows.ts";

/** Start, pause, continue, one step, stop; a button that cannot be used says why. */
export function TrainControls() {
  const work = useWorkspace((state) => state);
  const blocked = useSession((state) => trainingBlocked(work, state));
  const status = useSession((state) => runHere(work, state)?.status);
  const paused = status === "paused";
  const going = status !== undefined && !paused;
  const busy = blocked ?? (going ? "training is running" : undefined);
  return (
    <section className="train" aria-label="Training">
      {going ? (
        <Button look="primary" className="train-main" icon={<Pause />} keys="P" onClick={pauseOrGoOn}>
          Pause
        </Button>
      ) : (
        <Button
          look="primary"
          className="train-main"
          icon={<Play />}
          keys="Mod+Enter"
          blocked={blocked}
          onClick={() => trainNow()}
        >
          {paused ? "Continue" : "Train"}
        </Button>
      )}
      <Menu
        align="end"
        groups={[
          {
            items: [
              { label: "One step", keys: ".", blocked: busy, onSelect: () => trainNow("step") },
              { label: "One epoch", keys: "E", blocked: busy, onSelect: () => trainNow("epoch") },
              {
                label: "Train further from these weights",
                blocked: busy ?? (canTrainFurther() ? undefined : "not trained yet"),
                onSelect: () => trainNow("end", true),
              },
            ],
          },
          {
            items: [
              {
                label: "Training recipe…",
                detail: "Epochs, batch size, optimizer, seed",
                onSelect: () => openDialog("recipe"),
              },
            ],
          },
        ]}
      >
        <Button look="primary" className="train-more" aria-label="More ways to train">
          <ChevronDown />
        </Button>
      </Menu>
      <IconButton
        label="One step"
        keys="."
        icon={<StepForward />}
        blocked={busy}
        onClick={() => trainNow("step")}
      />
      <IconButton
        label="Stop"
        keys="Mod+."
        icon={<Square />}
        blocked={status ? undefined : "no training is running"}
        onClick={stopTraining}
      />
      <Progress />
    </section>
  );
}
