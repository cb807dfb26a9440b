import { CircleAlert, CircleCheck, CircleDashed } from "lucide-react";
import type { ExportStand } from "./ExportDialog.tsx";

/** How the export stands, in words that a screen reader says as they change. */
export function Standing({
  stand,
  blocked,
}: {
  readonly stand: ExportStand;
  readonly blocked: string | undefined;
}) {
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
          {stand.stage === "writing" ? "Writing the file." : "Loading it again and comparing."}
        </p>
      );
    case "checked":
    case "done":
      return (
        <div className="export-stand" data-tone={stand.unproven ? "open" : "good"} role="status">
          {stand.unproven ? <CircleDashed aria-hidden="true" /> : <CircleCheck aria-hidden="true" />}
          <div>
            {stand.type === "done" && <p>Saved as {stand.where}.</p>}
            {stand.proof && <p>{stand.proof}</p>}
            {stand.type === "checked" && <p>Save it to finish.</p>}
          </div>
        </div>
      );
    case "refused":
      return (
        <p className="export-stand" data-tone="trouble" role="alert">
          <CircleAlert aria-hidden="true" />
          {stand.words}
        </p>
      );
    case "choosing":
      return null;
  }
}
