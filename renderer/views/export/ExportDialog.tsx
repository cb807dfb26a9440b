import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { type FormatName, formats, isFormatName } from "../../../shared/emit/index.ts";
import type { Theme } from "../../../shared/emit/svg/theme.ts";
import type { ExportStage, Refusals } from "../../../shared/protocol/exchange.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ChoiceField } from "./ChoiceField.tsx";
import type { Outcome } from "./export-job.ts";
import { FormatList } from "./FormatList.tsx";
import { Standing } from "./Standing.tsx";
import { contentsOf, themeNames, type WeightsChoice } from "./words.ts";
import "./export.css";

export type ExportStand =
  | { readonly type: "choosing" }
  | { readonly type: "working"; readonly stage: ExportStage }
  | Exclude<Outcome, { type: "cancelled" }>;

interface ExportDialogProps {
  readonly design: string;
  readonly format: FormatName;
  /** What the file or folder will be called. */
  readonly fileName: string;
  readonly theme: Theme;
  /** Which weights can go out, the one that would first. */
  readonly weights: readonly { readonly value: WeightsChoice; readonly label: string }[];
  readonly chosenWeights: WeightsChoice;
  /** What is to be said of the weights beyond the choice. */
  readonly weightsNote: string | undefined;
  readonly stand: ExportStand;
  /** Why the design cannot be exported in this format, or at all. */
  readonly blocked: string | undefined;
  readonly refusals: Refusals;
  readonly onFormat: (format: FormatName) => void;
  readonly onTheme: (theme: Theme) => void;
  readonly onWeights: (weights: WeightsChoice) => void;
  readonly onExport: () => void;
  /** Gives up what is being made. */
  readonly onCancel: () => void;
  readonly onClose: () => void;
}

/** Takes a design out of the app: as a model, a program, a picture or a table. */
export function ExportDialog(props: ExportDialogProps) {
  const { design, format, fileName, stand, blocked, refusals, onFormat, onExport, onCancel, onClose } = props;
  const isWorking = stand.type === "working";
  const stopped = blocked ?? (isWorking ? "The export is being made." : undefined);
  const { title, description } = formats[format];
  return (
    <Dialog
      wide
      title={`Export ${design}`}
      onClose={onClose}
      actions={
        <>
          {isWorking ? (
            <Button onClick={onCancel}>Stop</Button>
          ) : (
            <Button onClick={onClose}>{stand.type === "done" ? "Close" : "Cancel"}</Button>
          )}
          <Button look="primary" icon={<Download />} blocked={stopped} onClick={onExport}>
            {mainWords(stand)}
          </Button>
        </>
      }
    >
      <div className="export">
        <FormatList
          chosen={format}
          refused={new Set(namesOf(refusals))}
          disabled={isWorking}
          onChoose={onFormat}
          onTake={() => stopped === undefined && onExport()}
        />
        <section className="export-detail" aria-labelledby="export-title">
          <h3 id="export-title">{title}</h3>
          <p>{description}</p>
          <dl>
            <dt>{formats[format].makes === "tfjs" ? "Folder" : "File"}</dt>
            <dd className="export-file">{fileName}</dd>
          </dl>
          <Contents {...props} disabled={isWorking} />
          <Standing stand={stand} blocked={blocked} />
        </section>
      </div>
    </Dialog>
  );
}

function Contents(props: ExportDialogProps & { readonly disabled: boolean }): ReactNode {
  const { format, theme, weights, chosenWeights, weightsNote, disabled, onTheme, onWeights } = props;
  const { group, needsWeights } = formats[format];
  if (!needsWeights && group !== "picture") return <p className="export-contents">{contentsOf(group)}</p>;
  return (
    <>
      {needsWeights && (
        <ChoiceField
          legend="Weights"
          stacked
          chosen={chosenWeights}
          choices={weights}
          disabled={disabled}
          onChoose={onWeights}
        />
      )}
      {needsWeights && weightsNote && <p className="export-contents">{weightsNote}</p>}
      {group === "picture" && (
        <ChoiceField
          legend="Colours"
          chosen={theme}
          choices={themeNames}
          disabled={disabled}
          onChoose={onTheme}
        />
      )}
    </>
  );
}

function mainWords({ type }: ExportStand): string {
  if (type === "checked") return "Save…";
  return type === "done" ? "Export again…" : "Export…";
}

const namesOf = (refusals: Refusals): readonly FormatName[] => Object.keys(refusals).filter(isFormatName);
