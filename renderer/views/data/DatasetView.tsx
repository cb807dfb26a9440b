import { FolderOpen, Table2 } from "lucide-react";
import { isImage, show } from "../../../shared/nodes/shape.ts";
import type { DatasetSummary, Surface } from "../../../shared/protocol/training.ts";
import type { DataChoice } from "../../../shared/train/dataset.ts";
import { tableNotes } from "../../../shared/train/table-notes.ts";
import { Button } from "../../ui/Button.tsx";
import type { Theme } from "../../ui/map-palettes.ts";
import { ClassLegend } from "./ClassLegend.tsx";
import { Samples } from "./Samples.tsx";
import { SplitBar } from "./SplitBar.tsx";
import { TableView } from "./TableView.tsx";
import "./data.css";
import "./table.css";

/** Where the data stand: loading, refused with a reason, or here. */
export type DataStand =
  | { readonly status: "none" }
  | { readonly status: "loading"; readonly name: string }
  | { readonly status: "refused"; readonly message: string }
  | { readonly status: "ready"; readonly dataset: DatasetSummary };

interface DatasetViewProps {
  readonly choice: DataChoice;
  readonly stand: DataStand;
  /** Share of the training examples that only measure, from the recipe. */
  readonly validation: number;
  readonly watched: number;
  /** Which class the network sees where, for data of two inputs. */
  readonly surface: Surface | undefined;
  readonly theme: Theme;
  /** Why the data cannot be changed now. */
  readonly blocked?: string | undefined;
  readonly onChoose: (choice: DataChoice) => void;
  readonly onOpenFolder: () => void;
  readonly onOpenTable: () => void;
  readonly onWatch: (example: number) => void;
}

const drawn = [
  { source: "digits", title: "Digits", words: "ten classes, 28×28" },
  { source: "stripes", title: "Stripes", words: "vertical or horizontal, 50×50" },
  { source: "spirals", title: "Spirals", words: "a table: points on three arms" },
] as const;

/** Which examples the designs learn from, and which of them is watched. */
export function DatasetView(props: DatasetViewProps) {
  const { stand, validation, watched, surface, theme, onWatch } = props;
  const dataset = stand.status === "ready" ? stand.dataset : undefined;
  return (
    <div className="data">
      <section className="data-side" aria-label="Data">
        <Sources {...props} />
        {dataset && (
          <>
            <p className="data-shape">
              {isImage(dataset.example) ? show(dataset.example) : `${show(dataset.example)} inputs`}{" "}
              <span>· {dataset.classes.length} classes</span>
            </p>
            <SplitBar trainCount={dataset.trainCount} testCount={dataset.testCount} validation={validation} />
            {dataset.table && (
              <>
                <ClassLegend classes={dataset.classes} perClass={dataset.perClass} theme={theme} />
                <ul className="data-notes" aria-label="How the table was read">
                  {tableNotes(dataset.table).map((it) => (
                    <li key={it}>{it}</li>
                  ))}
                </ul>
              </>
            )}
          </>
        )}
      </section>
      {!dataset ? (
        <Waiting stand={stand} />
      ) : (
        <section className="data-main" aria-label="Samples">
          {isImage(dataset.example) ? (
            <>
              <p className="data-note">
                Test images. Click one to send it through the network; arrow keys go to the next.
              </p>
              <Samples dataset={dataset} image={dataset.example} watched={watched} onWatch={onWatch} />
            </>
          ) : (
            dataset.table && (
              <TableView {...{ dataset, surface, watched, theme, onWatch }} table={dataset.table} />
            )
          )}
        </section>
      )}
    </div>
  );
}

function Sources({ choice, blocked, onChoose, onOpenFolder, onOpenTable }: DatasetViewProps) {
  const own = "name" in choice ? choice.name : undefined;
  return (
    <fieldset className="data-sources" aria-describedby={blocked ? "data-blocked" : undefined}>
      <legend>Data</legend>
      {drawn.map(({ source, title, words }) => (
        <label key={source} data-chosen={choice.source === source || undefined}>
          <input
            type="radio"
            name="data-source"
            disabled={blocked !== undefined}
            checked={choice.source === source}
            onChange={() => onChoose({ source })}
          />
          <span>
            <b>{title}</b>
            {words}
          </span>
        </label>
      ))}
      <div className="data-folder" data-chosen={own !== undefined || undefined}>
        <b>{own ?? "Your own"}</b>
        <span>
          <Button
            icon={<FolderOpen />}
            blocked={blocked}
            hint="IDX files as MNIST has them (train-* and t10k-*), gzipped or not, or one CSV table"
            onClick={onOpenFolder}
          >
            Folder…
          </Button>
          <Button
            icon={<Table2 />}
            blocked={blocked}
            hint="CSV with one row for each example and a column of classes"
            onClick={onOpenTable}
          >
            Table…
          </Button>
        </span>
      </div>
      {blocked && (
        <p id="data-blocked" className="data-note">
          {blocked}
        </p>
      )}
    </fieldset>
  );
}

function Waiting({ stand }: { readonly stand: DataStand }) {
  if (stand.status === "refused")
    return (
      <p className="data-refused" role="alert">
        {stand.message}
      </p>
    );
  return (
    <p className="data-waiting" role="status">
      {stand.status === "loading" ? `Loading ${stand.name}…` : "Choose data on the left."}
    </p>
  );
}
