import { type KeyboardEvent, useMemo, useRef } from "react";
import { grouped } from "../../../shared/emit/figures.ts";
import type { Image } from "../../../shared/nodes/shape.ts";
import type { DatasetSummary } from "../../../shared/protocol/training.ts";
import { ImageCanvas } from "../../ui/MapCanvas.tsx";
import { classRows, type Direction, neighbour } from "./samples.ts";

interface SamplesProps {
  readonly dataset: DatasetSummary;
  readonly image: Image;
  readonly watched: number;
  readonly onWatch: (image: number) => void;
}

const thumbnail = 36;
const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** Test images by class; the chosen one goes through the network in the live views. */
export function Samples({ dataset, image, watched, onWatch }: SamplesProps) {
  const { classes, perClass, gallery } = dataset;
  const rows = useMemo(() => classRows(classes, perClass, gallery.labels), [classes, perClass, gallery]);
  const most = Math.max(1, ...perClass);
  const grid = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = directions[event.key];
    if (!direction) return;
    event.preventDefault();
    event.stopPropagation();
    const next = neighbour(rows, watched, direction);
    onWatch(next);
    grid.current?.querySelector<HTMLElement>(`[data-image="${next}"]`)?.focus();
  };
  return (
    <div ref={grid} className="data-samples" role="listbox" aria-label="Watched image" onKeyDown={onKeyDown}>
      {rows.map((row, label) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a class is its number; two may have one name.
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in a listbox.
        <div key={label} className="data-class" role="group" aria-label={row.name}>
          <span className="data-class-name">{row.name}</span>
          <span className="data-class-count" title="Training images">
            <span className="data-class-bar" aria-hidden="true">
              <span style={{ width: `${(row.count / most) * 100}%` }} />
            </span>
            {grouped(row.count)}
          </span>
          <span className="data-images">
            {row.images.map((index) => (
              <span
                key={index}
                className="data-image"
                role="option"
                aria-label={`${row.name}, image ${index + 1}`}
                aria-selected={index === watched}
                data-image={index}
                tabIndex={index === watched ? 0 : -1}
                onFocus={() => index !== watched && onWatch(index)}
              >
                <ImageCanvas pixels={gallery.values} image={image} index={index} size={thumbnail} />
              </span>
            ))}
          </span>
        </div>
      ))}
    </div>
  );
}
