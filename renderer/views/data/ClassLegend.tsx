import { grouped } from "../../../shared/emit/figures.ts";
import { colourOf, type Mark, markOf } from "../../ui/class-colours.ts";
import type { Theme } from "../../ui/map-palettes.ts";

interface ClassLegendProps {
  readonly classes: readonly string[];
  /** Training examples of each. */
  readonly perClass: readonly number[];
  readonly theme: Theme;
}

/** The classes of a table, with the mark that each has in pictures. */
export function ClassLegend({ classes, perClass, theme }: ClassLegendProps) {
  return (
    <ul className="data-legend" aria-label="Classes">
      {classes.map((name, label) => (
        <li key={name}>
          <ClassMark label={label} theme={theme} />
          <b>{name}</b>
          <span title="Training rows">{grouped(perClass[label] ?? 0)}</span>
        </li>
      ))}
    </ul>
  );
}

export const ClassMark = ({ label, theme }: { readonly label: number; readonly theme: Theme }) => (
  <svg className="data-mark" viewBox="-8 -8 16 16" aria-hidden="true">
    <path d={outlines[markOf(label)]} fill={colourOf(label, theme)} />
  </svg>
);

const outlines: Readonly<Record<Mark, string>> = {
  circle: "M5 0A5 5 0 1 1 -5 0A5 5 0 1 1 5 0Z",
  triangle: "M0 -6.5L6 4.5H-6Z",
  square: "M-5 -5H5V5H-5Z",
  diamond: "M0 -6.5L6.5 0L0 6.5L-6.5 0Z",
};
