import { useMemo } from "react";
import type { DatasetSummary, Surface } from "../../../shared/protocol/training.ts";
import type { Table } from "../../../shared/train/dataset.ts";
import type { Plane } from "../../../shared/train/plane.ts";
import type { Theme } from "../../ui/map-palettes.ts";
import { Scatter } from "../../ui/Scatter.tsx";
import { ClassMark } from "./ClassLegend.tsx";
import { cellOf, cellText, mostColumns, rowsOf, scaleOf } from "./rows.ts";

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
          {more > 0 && ` The first ${mostColumns} of ${table.inputs.length} inputs are shown.`}
        </p>
        <Rows {...props} />
      </div>
    </div>
  );
}

const planeSize = 288;

function PlaneView({
  dataset,
  table,
  plane,
  surface,
  watched,
  theme,
}: TableViewProps & { readonly plane: Plane }) {
  const [across, up] = table.inputs;
  const { values, labels } = dataset.gallery;
  const [x, y] = values.subarray(2 * watched, 2 * watched + 2);
  const label = labels[watched];
  const point = x === undefined || y === undefined || label === undefined ? undefined : { x, y, label };
  if (!across || !up) return null;
  const ends = (axis: 0 | 1, input: typeof across): readonly string[] =>
    [plane.from[axis], plane.to[axis]].map((it) => cellText(Number(cellOf(it, input).toPrecision(3))));
  const [left, right] = ends(0, across);
  const [bottom, top] = ends(1, up);
  return (
    <figure className="data-plane">
      <span className="data-axis-up">
        <span>{bottom}</span>
        <b>{up.name}</b>
        <span>{top}</span>
      </span>
      <Scatter plane={plane} surface={surface} watched={point} theme={theme} size={planeSize} />
      <span className="data-axis-across">
        <span>{left}</span>
        <b>{across.name}</b>
        <span>{right}</span>
      </span>
      <figcaption>
        {surface
          ? "Behind the points: the class that the network sees there, pale where it wavers."
          : "The network's view of the plane appears once a design takes these two inputs."}
      </figcaption>
    </figure>
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
            {inputs.map((it) => (
              <th key={it.name} scope="col">
                {it.name}
                <span title="Mean ± deviation of the training rows">{scaleOf(it)}</span>
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
