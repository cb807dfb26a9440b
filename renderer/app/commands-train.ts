import { backendNames } from "../../shared/protocol/training.ts";
import { chooseBackend } from "../state/orders.ts";
import { session } from "../state/session.ts";
import { workspace } from "../state/workspace.ts";
import { backendTitles } from "./backends.ts";
import type { AppCommand } from "./commands.ts";
import {
  canTrainFurther,
  pauseOrGoOn,
  runHere,
  stopTraining,
  trainingBlocked,
  trainNow,
} from "./training.ts";
import { openDialog } from "./windows.ts";

export function trainCommands(): readonly AppCommand[] {
  const blocked = trainingBlocked(workspace.getState(), session.getState());
  const run = runHere(workspace.getState(), session.getState());
  const going = run !== undefined && run.status !== "paused";
  const busy = blocked ?? (going ? "Training is running." : undefined);
  const idle = run ? undefined : "No training is running.";
  const section = "Train";
  return [
    {
      id: "train",
      title: run ? "Continue training" : "Train",
      section,
      keys: ["Mod+Enter"],
      blocked: busy,
      run: () => trainNow(),
    },
    {
      id: "trainFurther",
      title: "Train further from these weights",
      section,
      blocked: busy ?? (canTrainFurther() ? undefined : "This design has not been trained yet."),
      run: () => trainNow("end", true),
    },
    {
      id: "pause",
      title: run && !going ? "Continue" : "Pause",
      section,
      keys: ["P"],
      blocked: idle,
      run: pauseOrGoOn,
    },
    { id: "stepBatch", title: "One step", section, keys: ["."], blocked: busy, run: () => trainNow("step") },
    {
      id: "stepEpoch",
      title: "One epoch",
      section,
      keys: ["E"],
      blocked: busy,
      run: () => trainNow("epoch"),
    },
    { id: "stop", title: "Stop training", section, keys: ["Mod+."], blocked: idle, run: stopTraining },
    { id: "recipe", title: "Training recipe…", section, run: () => openDialog("recipe") },
    ...(["auto", ...backendNames] as const).map((name) => ({
      id: `backend ${name}`,
      title: `Train on: ${backendTitles[name]}`,
      section,
      run: () => chooseBackend(name),
    })),
  ];
}
