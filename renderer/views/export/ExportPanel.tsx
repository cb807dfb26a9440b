import { useRef, useState } from "react";
import { counted } from "../../../shared/emit/figures.ts";
import { exportName } from "../../../shared/emit/file-name.ts";
import { type FormatName, formats } from "../../../shared/emit/index.ts";
import type { Host } from "../../host/host.ts";
import { theExchange } from "../../state/exchanges.ts";
import { trainedWeights } from "../../state/orders.ts";
import { usePlan } from "../../state/plans.ts";
import { type RunRecord, useRun } from "../../state/session.ts";
import { useDesign, useDocument } from "../../state/workspace.ts";
import type { Theme } from "../../ui/map-palettes.ts";
import { inPercent } from "../../ui/notation.ts";
import { ExportDialog, type ExportStand } from "./ExportDialog.tsx";
import { exportDesign, type Outcome } from "./export-job.ts";

interface ExportPanelProps {
  readonly host: Pick<Host, "exportFiles" | "edition">;
  readonly onClose: () => void;
}

export function ExportPanel({ host, onClose }: ExportPanelProps) {
  const [format, setFormat] = useState<FormatName>("tfjs");
  const [theme, setTheme] = useState<Theme>("light");
  const [stand, setStand] = useState<ExportStand>({ type: "choosing" });
  const latest = useRef(0);
  const design = useDesign();
  const plan = usePlan();
  const { recipe, data } = useDocument();
  const run = useRun(design.name);
  const kept = trainedWeights(design);
  const [problem] = plan.problems.filter((it) => it.severity === "error");

  const follow = async (outcome: Promise<Outcome>): Promise<void> => {
    latest.current++;
    const own = latest.current;
    setStand({ type: "working" });
    const reached = await outcome;
    if (own === latest.current) setStand(reached.type === "cancelled" ? { type: "choosing" } : reached);
  };
  const start = (): Promise<void> =>
    follow(
      stand.type === "checked"
        ? stand.save()
        : exportDesign({
            write: () =>
              theExchange().write(
                { format, design, recipe, data, theme, ...(kept ? { weights: kept } : {}) },
                () => {},
              ),
            suggestedName: exportName(format, formats[format], design.name),
            host,
            mayAsk: () => host.edition !== "browser" || navigator.userActivation.isActive,
          }),
    );
  const choose =
    <T,>(set: (value: T) => void) =>
    (value: T): void => {
      set(value);
      setStand({ type: "choosing" });
    };

  return (
    <ExportDialog
      design={design.name}
      format={format}
      theme={theme}
      stand={stand}
      weights={weightsWords(run, kept !== undefined, recipe.seed)}
      blocked={
        plan.ready
          ? undefined
          : `A design with problems cannot be exported. ${problem?.message ?? "It is not complete yet."}`
      }
      onFormat={choose(setFormat)}
      onTheme={choose(setTheme)}
      onExport={() => void start()}
      onClose={onClose}
    />
  );
}

function weightsWords(run: RunRecord | undefined, trained: boolean, seed: number): string {
  if (run && trained) {
    const length = run.epochs.length ? counted(run.epochs.length, "epoch") : "less than an epoch";
    const result = run.test ? `, ${inPercent(run.test.accuracy)} of the test images recognised` : "";
    return `With the weights trained for ${length}${result}.`;
  }
  const initial = `With the initial weights of seed ${seed}`;
  if (run && run.status !== "ended") return `${initial}: those of the run can be exported once it has ended.`;
  return run?.weights
    ? `${initial}: the trained ones no longer fit the edited design.`
    : `${initial}: this design has not been trained yet.`;
}
