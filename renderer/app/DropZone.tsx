import { type DragEvent, type ReactNode, useState } from "react";
import { openDroppedFile } from "./files.ts";

/** Opens a document that is dropped anywhere on the window. */
export function DropZone({ children }: { readonly children: ReactNode }) {
  const [over, setOver] = useState(false);
  const hasFile = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes("Files");
  return (
    <main
      className="window"
      onDragOver={(event) => {
        if (!hasFile(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        const isInside =
          event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
        if (!isInside) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (!file) return;
        event.preventDefault();
        void openDroppedFile(file);
      }}
    >
      {children}
      {over && <div className="drop-hint">Drop a .receptive file to open it</div>}
    </main>
  );
}
