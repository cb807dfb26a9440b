import { FolderOpen } from "lucide-react";
import { isImage, show } from "../../../shared/nodes/shape.ts";
import type { DatasetSummary } from "../../../shared/protocol/training.ts";
import type { DataChoice } from "../../../shared/train/dataset.ts";
import { Button } from "../../ui/Button.tsx";
import { Samples } from "./Samples.tsx";
import { SplitBar } from "./SplitBar.tsx";
import "./data.css";

/** Where the images stand: loading, refused with a reason, or here. */
export type DataStand =
  | { readonly status: "none" }
  | { readonly status: "loading"; readonly name: string }
  | { readonly status: "refused"; readonly message: string }
  | { readonly status: "ready"; readonly dataset: DatasetSummary };

interface ImagesViewProps {
  readonly choice: DataChoice;
  readonly stand: DataStand;
  /** Share of the training images that only measure, from the recipe. */
  readonly validation: number;
  readonly watched: number;
  /** Why the images cannot be changed now. */
  readonly blocked?: string | undefined;
  readonly onChoose: (choice: DataChoice) => void;
  readonly onOpenFolder: () => void;
  readonly onWatch: (image: number) => void;
}

const drawn = [
  { source: "digits", title: "Digits", words: "ten classes, 28×28" },
  { source: "stripes", title: "Stripes", words: "vertical or horizontal, 50×50" },
] as const;

/** Which images the designs learn from, and which of them is watched. */
export function ImagesView(props: ImagesViewProps) {
  const { choice, stand, validation, watched, blocked, onChoose, onOpenFolder, onWatch } = props;
  const dataset = stand.status === "ready" ? stand.dataset : undefined;
  return (
    <div className="data">
      <section className="data-side" aria-label="Images">
        <fieldset className="data-sources" aria-describedby={blocked ? "data-blocked" : undefined}>
          <legend>Images</legend>
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
          <div className="data-folder" data-chosen={choice.source === "folder" || undefined}>
            <b>{choice.source === "folder" ? choice.name : "Your own"}</b>
            <Button
              icon={<FolderOpen />}
              blocked={blocked}
              hint="IDX files as MNIST has them (train-* and t10k-*), gzipped or not"
              onClick={onOpenFolder}
            >
              {choice.source === "folder" ? "Another folder…" : "Choose a folder…"}
            </Button>
          </div>
          {blocked && (
            <p id="data-blocked" className="data-note">
              {blocked}
            </p>
          )}
        </fieldset>
        {dataset && (
          <>
            <p className="data-shape">
              {show(dataset.example)} <span>· {dataset.classes.length} classes</span>
            </p>
            <SplitBar trainCount={dataset.trainCount} testCount={dataset.testCount} validation={validation} />
          </>
        )}
      </section>
      {dataset ? (
        <section className="data-main" aria-label="Samples">
          <p className="data-note">
            Test images. Click one to send it through the network; arrow keys go to the next.
          </p>
          {isImage(dataset.example) && (
            <Samples dataset={dataset} image={dataset.example} watched={watched} onWatch={onWatch} />
          )}
        </section>
      ) : (
        <Waiting stand={stand} />
      )}
    </div>
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
      {stand.status === "loading" ? `Loading ${stand.name}…` : "Choose images on the left."}
    </p>
  );
}
