import { depthOf } from "../../../shared/compile/longest-path.ts";
import { optimizerSlots, peakMemory } from "../../../shared/compile/memory.ts";
import type { Plan } from "../../../shared/compile/plan.ts";
import { counted } from "../../../shared/emit/figures.ts";
import type { Design } from "../../../shared/graph/graph.ts";
import type { Recipe } from "../../../shared/train/recipe.ts";
import { usePlans } from "../../state/plans.ts";
import {
  activeRun,
  isActive,
  latestEpoch,
  type RunRecord,
  sameNetwork,
  useSession,
} from "../../state/session.ts";
import { showDesign, useDesign, useDocument } from "../../state/workspace.ts";
import { Compare, type ComparedDesign } from "./Compare.tsx";
import { trainInTurn } from "./train-all.ts";

export function ComparePanel({ onDuplicate }: { readonly onDuplicate: () => void }) {
  const { designs, recipe } = useDocument();
  const plans = usePlans();
  const runs = useSession((state) => state.runs);
  const busy = useSession(whyBusy);
  const ready = designs.filter((_, index) => plans[index]?.ready);
  const place = (name: string): number => designs.findIndex((it) => it.name === name);
  return (
    <Compare
      designs={designs.flatMap((design, index) => {
        const plan = plans[index];
        return plan ? [compared(design, plan, runs[design.name], busy, recipe)] : [];
      })}
      active={useDesign().name}
      blocked={busy ?? (ready.length === 0 ? "No design is ready to train." : undefined)}
      onShow={(name) => showDesign(place(name))}
      onTrain={(name) =>
        trainInTurn(
          designs.filter((it) => it.name === name),
          recipe,
        )
      }
      onTrainAll={() => trainInTurn(ready, recipe)}
      onDuplicate={onDuplicate}
    />
  );
}

function whyBusy(state: Parameters<typeof activeRun>[0]): string | undefined {
  const run = activeRun(state);
  if (run) return `${run.design.name} is ${run.status === "paused" ? "paused" : "training"}.`;
  return state.data.status === "ready" ? undefined : "The data are not loaded.";
}

function compared(
  design: Design,
  plan: Plan,
  run: RunRecord | undefined,
  busy: string | undefined,
  recipe: Recipe,
): ComparedDesign {
  const epoch = run && latestEpoch(run);
  const errors = plan.problems.filter((it) => it.severity === "error").length;
  const isOld = run !== undefined && !sameNetwork(run.design, design);
  const problems = plan.ready ? undefined : counted(errors, "problem");
  return {
    name: design.name,
    plan,
    recipe,
    totals: plan.totals,
    peaks: peakMemory(plan, recipe.batch, optimizerSlots[recipe.optimizer.name]),
    depth: depthOf(plan),
    validation:
      epoch?.valLoss == null || epoch.valAccuracy === null
        ? undefined
        : { loss: epoch.valLoss, accuracy: epoch.valAccuracy },
    test: run?.test,
    secondsPerEpoch: run?.epochs.length
      ? run.epochs.reduce((sum, it) => sum + it.seconds, 0) / run.epochs.length
      : undefined,
    note: noteOf(run, isOld) ?? problems,
    isOld,
    blocked: busy ?? problems,
  };
}

function noteOf(run: RunRecord | undefined, isOld: boolean): string | undefined {
  if (isActive(run))
    return run.status === "paused" ? "paused" : `epoch ${Math.max(1, run.epoch)} of ${run.recipe.epochs}`;
  return isOld ? "from before the last edit" : undefined;
}
