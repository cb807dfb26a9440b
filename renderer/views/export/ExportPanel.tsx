import { useEffect, useRef, useState } from "react";
import { compile } from "../../../shared/compile/compile.ts";
import type { Plan } from "../../../shared/compile/plan.ts";
import { exportName } from "../../../shared/emit/file-name.ts";
import { type FormatName, formats } from "../../../shared/emit/index.ts";
import type { Theme } from "../../../shared/emit/svg/theme.ts";
import type { Design } from "../../../shared/graph/graph.ts";
import type { Refusals } from "../../../shared/protocol/exchange.ts";
import type { Host } from "../../host/host.ts";
import { theExchange } from "../../state/exchanges.ts";
import { trainedWeights } from "../../state/orders.ts";
import { usePlan } from "../../state/plans.ts";
import { useRun } from "../../state/session.ts";
import { useDesign, useDocument } from "../../state/workspace.ts";
import { ExportDialog, type ExportStand } from "./ExportDialog.tsx";
import { exportDesign, type Outcome } from "./export-job.ts";
import { type WeightsChoice, weightsChoices, weightsNote } from "./words.ts";

interface ExportPanelProps {
  readonly host: Pick<Host, "exportFiles" | "edition">;
  readonly onClose: () => void;
}

export function ExportPanel({ host, onClose }: ExportPanelProps) {
  const [format, setFormat] = useState<FormatName>("tfjs");
  const [theme, setTheme] = useState<Theme>("light");
  const [wanted, setWanted] = useState<WeightsChoice>("kept");
  const [stand, setStand] = useState<ExportStand>({ type: "choosing" });
  const latest = useRef(0);
  const design = useDesign();
  const { recipe, data } = useDocument();
  const run = useRun(design.name);
  const kept = trainedWeights(design);
  const plan = usePlanFor(format, design);
  const refusals = useRefusals(plan.ready ? design : undefined);
  const sends = kept && wanted === "kept" ? kept : undefined;
  const suggestedName = exportName(format, formats[format], design.name);
  useEffect(() => () => theExchange().cancel(), []);

  const follow = async (outcome: Promise<Outcome>): Promise<void> => {
    latest.current++;
    const own = latest.current;
    setStand({ type: "working", stage: "writing" });
    const reached = await outcome;
    if (own === latest.current) setStand(reached.type === "cancelled" ? { type: "choosing" } : reached);
  };
  const write = () =>
    theExchange().write(
      { format, design, recipe, data, theme, ...(sends ? { weights: sends } : {}) },
      (stage) => setStand({ type: "working", stage }),
    );
  const mayAsk = (): boolean => host.edition !== "browser" || navigator.userActivation.isActive;
  const start = (): Promise<void> =>
    follow(stand.type === "checked" ? stand.save() : exportDesign({ write, suggestedName, host, mayAsk }));
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
      fileName={suggestedName}
      theme={theme}
      weights={weightsChoices(run, kept !== undefined, recipe.seed)}
      chosenWeights={sends ? "kept" : "initial"}
      weightsNote={weightsNote(run, kept !== undefined)}
      stand={stand}
      blocked={problemOf(plan) ?? refusals[format]}
      refusals={refusals}
      onFormat={choose(setFormat)}
      onTheme={choose(setTheme)}
      onWeights={choose(setWanted)}
      onExport={() => void start()}
      onCancel={() => theExchange().cancel()}
      onClose={onClose}
    />
  );
}

/** A program loads the document's data too, and must fit them; a model, a picture or a table is of the design alone. */
function usePlanFor(format: FormatName, design: Design): Plan {
  const fitted = usePlan();
  return formats[format].group === "program" ? fitted : compile(design);
}

const problemOf = ({ ready, problems }: Plan): string | undefined =>
  ready
    ? undefined
    : `A design with problems cannot be exported. ${problems.find((it) => it.severity === "error")?.message ?? "It is not complete yet."}`;

/** Asked of the exchange worker, which knows all formats; none until it has answered. */
function useRefusals(design: Design | undefined): Refusals {
  const [refusals, setRefusals] = useState<Refusals>({});
  useEffect(() => {
    let isCurrent = true;
    if (design)
      void theExchange()
        .check(design)
        .then((found) => isCurrent && setRefusals(found));
    return () => {
      isCurrent = false;
    };
  }, [design]);
  return refusals;
}
