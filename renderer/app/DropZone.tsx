import { type DragEvent, type ReactNode, useState } from "react";
import { openDropped } from "./files.ts";

/** Opens a document or data that are dropped anywhere on the window. */
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
        if (!hasFile(event)) return;
        event.preventDefault();
        void openDropped(event.dataTransfer);
      }}
    >
      {children}
      {over && (
        <div className="drop-hint">
          Drop a design (.receptive), a model (Keras, TensorFlow.js, ONNX, safetensors), a table or a folder
          of images
        </div>
      )}
    </main>
  );
}
