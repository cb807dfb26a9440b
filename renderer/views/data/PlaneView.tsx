import { type RefObject, useEffect, useRef, useState } from "react";
import type { DatasetSummary, Surface } from "../../../shared/protocol/training.ts";
import type { Table, TableInput } from "../../../shared/train/dataset.ts";
import type { Plane } from "../../../shared/train/plane.ts";
import type { Theme } from "../../ui/map-palettes.ts";
import { pointOf } from "../../ui/paint-scatter.ts";
import { Scatter } from "../../ui/Scatter.tsx";
import { cellOf, cellText } from "./rows.ts";

interface PlaneViewProps {
  readonly dataset: DatasetSummary;
  readonly table: Table;
  readonly plane: Plane;
  readonly surface: Surface | undefined;
  readonly watched: number;
  readonly theme: Theme;
}

/** The two inputs of a table as a plane, as large as the dock allows, with the file's numbers at its ends. */
export function PlaneView({ dataset, table, plane, surface, watched, theme }: PlaneViewProps) {
  const figure = useRef<HTMLElement>(null);
  const size = useSide(figure);
  const [across, up] = table.inputs;
  if (!across || !up) return null;
  return (
    <figure ref={figure} className="data-plane" style={{ flexBasis: size + axisRoom }}>
      <Axis name={up.name} ends={endsOf(plane, 1, up)} direction="up" />
      <Scatter
        plane={plane}
        surface={surface}
        watched={pointOf(dataset.gallery, watched)}
        theme={theme}
        size={size}
      />
      <Axis name={across.name} ends={endsOf(plane, 0, across)} direction="across" />
    </figure>
  );
}

interface AxisProps {
  readonly name: string;
  readonly ends: readonly [string, string];
  readonly direction: "up" | "across";
}

const Axis = ({ name, ends: [low, high], direction }: AxisProps) => (
  <span className={`data-axis-${direction}`}>
    <span>{low}</span>
    <b title={name}>{name}</b>
    <span>{high}</span>
  </span>
);

const axisRoom = 20;
const smallest = 120;
const largest = 420;

/** A square that fits the element's height. */
function useSide(element: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(0);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => setHeight(entry?.contentRect.height ?? 0));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return Math.round(Math.min(largest, Math.max(smallest, height - axisRoom)));
}

const endsOf = ({ from, to }: Plane, axis: 0 | 1, input: TableInput): readonly [string, string] => [
  endText(from[axis], input),
  endText(to[axis], input),
];

const endText = (value: number, input: TableInput): string =>
  cellText(Number(cellOf(value, input).toPrecision(2)));
