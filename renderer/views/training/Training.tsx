import { Play } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { RunRecord } from "../../state/runs.ts";
import { Button } from "../../ui/Button.tsx";
import type { Theme } from "../../ui/map-palettes.ts";
import { inPercent } from "../../ui/notation.ts";
import { CurveChart } from "./CurveChart.tsx";
import type { Metric, ShownRun } from "./chart-data.ts";
import { RunTable } from "./RunTable.tsx";
import { breakWords, isTrouble, runWords } from "./run-words.ts";
import { Trials } from "./Trials.tsx";
import "./training.css";

interface TrainingProps {
  /** Runs of the document's designs, in its order. */
  readonly runs: readonly ShownRun[];
  /** Name of the design on the canvas. */
  readonly active: string;
  readonly epochs: number;
  /** Why the design cannot be trained now. */
  readonly blocked: string | undefined;
  readonly theme: Theme;
  readonly onTrain: () => void;
  /** The form for epochs, batch size, optimizer … */
  readonly recipe: ReactNode;
}

/** How the designs are trained, and how they fare. */
export function Training({ runs, active, epochs, blocked, theme, onTrain, recipe }: TrainingProps) {
  return (
    <div className="training">
      <div className="training-layout">
        <section className="training-recipe" aria-labelledby="training-recipe">
          <h3 id="training-recipe">Recipe</h3>
          {recipe}
        </section>
        {runs.length === 0 ? (
          <div className="training-empty">
            <p>
              Train {active} to see its loss and accuracy here,{" "}
              {epochs === 1 ? "one epoch" : `${epochs} epochs`} long. The runs of other designs are drawn into
              the same charts.
            </p>
            <Button look="primary" icon={<Play />} blocked={blocked} onClick={onTrain}>
              Train {active}
            </Button>
            {blocked && <p className="training-blocked">{blocked}</p>}
          </div>
        ) : (
          <Results runs={runs} active={active} theme={theme} />
        )}
      </div>
    </div>
  );
}

function Results({ runs, active, theme }: Pick<TrainingProps, "runs" | "active" | "theme">) {
  const [epoch, setEpoch] = useState<number>();
  const run = runs.find((it) => it.record.design.name === active)?.record;
  const known = runs.some((it) => it.record.epochs.some((report) => report.epoch === epoch));
  return (
    <>
      <section className="training-charts" aria-label="Curves">
        <CurveChart
          metric="loss"
          title="Loss"
          summary={summaryOf(runs, "loss")}
          breaks={runs.flatMap(({ record }) => breakWords(record) ?? [])}
          {...{ runs, theme }}
          onEpoch={setEpoch}
        />
        <CurveChart
          metric="accuracy"
          title="Accuracy"
          summary={summaryOf(runs, "accuracy")}
          {...{ runs, theme }}
          onEpoch={setEpoch}
        />
      </section>
      <section className="training-numbers" aria-label="Runs">
        {run ? <Stand run={run} /> : <p className="training-status">{active} has not been trained yet.</p>}
        <RunTable runs={runs} active={active} epoch={known ? epoch : undefined} />
        {run?.backend && <Trials {...run.backend} chosen={run.backend.name} />}
      </section>
    </>
  );
}

const Stand = ({ run }: { readonly run: RunRecord }) => (
  <p className="training-status" data-trouble={isTrouble(run) || undefined}>
    {runWords(run)}
    {run.test && (
      <>
        {" "}
        <b>{inPercent(run.test.accuracy)}</b> of the test examples are recognised.
      </>
    )}
  </p>
);

function summaryOf(runs: readonly ShownRun[], metric: Metric): string {
  const said = runs.map(({ record }) => {
    const report = record.epochs.at(-1);
    if (!report)
      return `${record.design.name} ${record.importedFrom ? "not trained here" : "in its first epoch"}`;
    const validation = metric === "loss" ? report.valLoss : report.valAccuracy;
    const text = (value: number): string => (metric === "loss" ? value.toFixed(3) : inPercent(value));
    return `${record.design.name} ${text(report[metric])} in training${
      validation === null ? "" : `, ${text(validation)} in validation`
    } after epoch ${report.epoch}`;
  });
  return `${metric === "loss" ? "Loss" : "Accuracy"} by epoch: ${said.join("; ")}.`;
}
