import type { EpochReport } from "../../../shared/protocol/training.ts";
import { inPercent } from "../../ui/notation.ts";
import { dashes, lookNumber } from "./chart.ts";
import type { ShownRun } from "./chart-data.ts";

interface RunTableProps {
  readonly runs: readonly ShownRun[];
  readonly active: string;
  /** The epoch under the pointer; the latest numbers without one. */
  readonly epoch: number | undefined;
}

/** Legend and numbers of the charts in one. */
export const RunTable = ({ runs, active, epoch }: RunTableProps) => (
  <table className="training-runs">
    <caption>{epoch === undefined ? "Latest" : `Epoch ${epoch}`}</caption>
    <thead>
      <tr>
        <th scope="col">Design</th>
        <th scope="col">Examples</th>
        <th scope="col">Loss</th>
        <th scope="col">Accuracy</th>
      </tr>
    </thead>
    {runs.map((it) => (
      <RunRows
        key={it.record.design.name}
        run={it}
        isActive={it.record.design.name === active}
        epoch={epoch}
      />
    ))}
  </table>
);

function RunRows({
  run,
  isActive,
  epoch,
}: {
  readonly run: ShownRun;
  readonly isActive: boolean;
  readonly epoch: number | undefined;
}) {
  const { record, series } = run;
  const look = lookNumber(series);
  const report = epoch === undefined ? record.epochs.at(-1) : record.epochs.find((it) => it.epoch === epoch);
  const live = epoch === undefined && record.status !== "ended" ? record.points.at(-1) : undefined;
  const shown: Pick<EpochReport, "loss" | "accuracy"> | undefined = live ?? report;
  const test = epoch === undefined ? record.test : undefined;
  return (
    <tbody data-active={isActive || undefined}>
      <tr>
        <th scope="rowgroup" rowSpan={test ? 3 : 2}>
          {record.design.name}
        </th>
        <td>
          <Swatch look={look} dash={undefined} /> training
        </td>
        <td>{lossText(shown?.loss)}</td>
        <td>{shareText(shown?.accuracy)}</td>
      </tr>
      <tr>
        <td>
          <Swatch look={look} dash={dashes[look]} /> validation
        </td>
        <td>{lossText(report?.valLoss)}</td>
        <td>{shareText(report?.valAccuracy)}</td>
      </tr>
      {test && (
        <tr className="training-test">
          <td>test</td>
          <td>{lossText(test.loss)}</td>
          <td>{shareText(test.accuracy)}</td>
        </tr>
      )}
    </tbody>
  );
}

const Swatch = ({ look, dash }: { readonly look: number; readonly dash: readonly number[] | undefined }) => (
  <svg className="training-swatch" width={24} height={8} aria-hidden="true">
    <line
      x1={0}
      x2={24}
      y1={4}
      y2={4}
      stroke={`var(--series-${look + 1})`}
      strokeDasharray={dash?.join(" ")}
    />
  </svg>
);

const lossText = (loss: number | null | undefined): string =>
  loss == null ? "–" : Number.isFinite(loss) ? loss.toFixed(3) : "NaN";
const shareText = (share: number | null | undefined): string => (share == null ? "–" : inPercent(share));
