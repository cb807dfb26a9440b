import { CircleAlert, CircleCheck, Download } from "lucide-react";
import { type FormatName, formats, isFormatName } from "../../../shared/emit/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import type { Theme } from "../../ui/map-palettes.ts";
import type { Outcome } from "./export-job.ts";
import "./export.css";

export type ExportStand = { readonly type: "choosing" } | { readonly type: "working" } | Outcome;

interface ExportDialogProps {
  readonly design: string;
  readonly format: FormatName;
  readonly theme: Theme;
  readonly stand: ExportStand;
  /** Which weights would go out, in words. */
  readonly weights: string;
  /** Why the design cannot be exported. */
  readonly blocked: string | undefined;
  readonly onFormat: (format: FormatName) => void;
  readonly onTheme: (theme: Theme) => void;
  readonly onExport: () => void;
  readonly onClose: () => void;
}

/** Takes a design out of the app: as a model, a program or a picture. */
export function ExportDialog(props: ExportDialogProps) {
  const { design, format, theme, stand, weights, blocked, onFormat, onTheme, onExport, onClose } = props;
  const isWorking = stand.type === "working";
  return (
    <Dialog
      title={`Export ${design}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{stand.type === "done" ? "Close" : "Cancel"}</Button>
          <Button
            look="primary"
            icon={<Download />}
            blocked={blocked ?? (isWorking ? "The export is being made." : undefined)}
            onClick={onExport}
          >
            {mainWords(stand)}
          </Button>
        </>
      }
    >
      <fieldset className="export-formats">
        <legend>Format</legend>
        {Object.entries(formats).map(([name, { title, description }]) => (
          <label key={name} data-chosen={name === format || undefined}>
            <input
              type="radio"
              name="export-format"
              checked={name === format}
              disabled={isWorking}
              onChange={() => isFormatName(name) && onFormat(name)}
            />
            <span>
              <b>{title}</b>
              {description}
            </span>
          </label>
        ))}
      </fieldset>
      {format === "svg" && <Themes theme={theme} onTheme={onTheme} />}
      <p className="export-contents">{formats[format].needsWeights ? weights : contentsOf(format)}</p>
      <Standing stand={stand} blocked={blocked} />
    </Dialog>
  );
}

function mainWords({ type }: ExportStand): string {
  if (type === "checked") return "Save…";
  return type === "done" ? "Export again…" : "Export…";
}

const contentsOf = (format: FormatName): string =>
  format === "svg"
    ? "The layers as they are drawn, without weights."
    : "The program starts from fresh weights and trains with this document's recipe.";

function Themes({ theme, onTheme }: Pick<ExportDialogProps, "theme" | "onTheme">) {
  return (
    <fieldset className="export-themes">
      <legend>Background</legend>
      {(["light", "dark"] as const).map((it) => (
        <label key={it}>
          <input type="radio" name="export-theme" checked={it === theme} onChange={() => onTheme(it)} />
          {it === "light" ? "Light" : "Dark"}
        </label>
      ))}
    </fieldset>
  );
}

function Standing({ stand, blocked }: Pick<ExportDialogProps, "stand" | "blocked">) {
  if (blocked && stand.type !== "done")
    return (
      <p className="export-stand" data-tone="trouble">
        <CircleAlert aria-hidden="true" />
        {blocked}
      </p>
    );
  switch (stand.type) {
    case "working":
      return (
        <p className="export-stand" role="status">
          <progress aria-label="Export" />
          Making the files and checking them.
        </p>
      );
    case "checked":
    case "done":
      return (
        <p className="export-stand" data-tone="good" role="status">
          <CircleCheck aria-hidden="true" />
          {stand.words}
        </p>
      );
    case "refused":
      return (
        <p className="export-stand" data-tone="trouble" role="alert">
          <CircleAlert aria-hidden="true" />
          {stand.words}
        </p>
      );
    default:
      return null;
  }
}
