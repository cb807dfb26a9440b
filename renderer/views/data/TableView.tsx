import { useMemo } from "react";
import type { DatasetSummary, Surface } from "../../../shared/protocol/training.ts";
import type { Table } from "../../../shared/train/dataset.ts";
import type { Theme } from "../../ui/map-palettes.ts";
import { ClassMark } from "./ClassLegend.tsx";
import { PlaneView } from "./PlaneView.tsx";
import { cellText, mostColumns, rowsOf, scaleOf } from "./rows.ts";

interface TableViewProps {
  readonly dataset: DatasetSummary;
  readonly table: Table;
  readonly surface: Surface | undefined;
  readonly watched: number;
  readonly theme: Theme;
  readonly onWatch: (row: number) => void;
}

/** A table's test rows; the chosen one goes through the network. Two inputs are also drawn as a plane. */
export function TableView(props: TableViewProps) {
  const { dataset, table } = props;
  const more = table.inputs.length - mostColumns;
  return (
    <div className="data-table-view">
      {dataset.plane && <PlaneView {...props} plane={dataset.plane} />}
      <div className="data-rows">
        <p className="data-note">
          Test rows. Choose one to send it through the network.
          {props.surface &&
            " Behind the points stands the class that the network sees there, pale where it wavers."}
          {more > 0 && ` The first ${mostColumns} of ${table.inputs.length} inputs are shown.`}
        </p>
        <Rows {...props} />
      </div>
    </div>
  );
}

function Rows({ dataset, table, watched, theme, onWatch }: TableViewProps) {
  const rows = useMemo(() => rowsOf(dataset, table), [dataset, table]);
  const inputs = table.inputs.slice(0, mostColumns);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to scroll it.
    <section className="data-rows-scroll" aria-label="Test rows" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{table.label}</th>
            {inputs.map((it, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its number; two may have one name.
              <th key={at} scope="col">
                {it.name}
                <span title="Mean ± deviation of the training rows">{scaleOf(it, table)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, cells }, row) => (
            <tr
              // biome-ignore lint/suspicious/noArrayIndexKey: a row is its number.
              key={row}
              data-watched={row === watched || undefined}
              onClick={() => onWatch(row)}
            >
              <th scope="row">
                <label>
                  <input
                    type="radio"
                    name="watched-row"
                    aria-label={`Row ${row + 1}, ${dataset.classes[label] ?? "?"}`}
                    checked={row === watched}
                    onChange={() => onWatch(row)}
                  />
                  <ClassMark label={label} theme={theme} />
                  {dataset.classes[label] ?? "?"}
                </label>
              </th>
              {cells.map((it, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its number.
                <td key={at}>{cellText(it)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
