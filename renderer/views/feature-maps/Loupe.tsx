import { type PointerEvent, useState } from "react";
import { MapCanvas } from "../../ui/MapCanvas.tsx";
import { colourAt, needsWhiteText, type Palette } from "../../ui/map-palettes.ts";
import { type MapPlace, type Span, valueAt } from "../../ui/paint-maps.ts";
import { cellFigure, figure } from "./figures.ts";

interface LoupeProps {
  readonly title: string;
  readonly map: MapPlace;
  readonly palette: Palette;
  readonly span: Span;
  /** The kernels that made this map, one per input channel. */
  readonly kernels: readonly MapPlace[];
  readonly kernelPalette: Palette;
  readonly kernelSpan: Span;
}

const size = 140;
const mostCells = 7;

/** One map enlarged, with the value under the pointer, and the weights of its kernel as numbers. */
export function Loupe({ title, map, palette, span, kernels, kernelPalette, kernelSpan }: LoupeProps) {
  const [cell, setCell] = useState<Cell>();
  const at = cell && cell.row < map.rows && cell.column < map.columns ? cell : undefined;
  const [kernel] = kernels;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to scroll it.
    <section className="maps-loupe" aria-label={title} tabIndex={0}>
      <div>
        <div
          className="maps-loupe-map"
          onPointerMove={(event) => setCell(cellUnder(event, map))}
          onPointerLeave={() => setCell(undefined)}
        >
          <MapCanvas place={map} palette={palette} span={span} size={size} />
          {at && <span className="maps-cross" style={crossAt(at, map)} />}
        </div>
        <p className="maps-said">
          <b>{title}</b>{" "}
          {at ? `row ${at.row}, column ${at.column} · ${figure(valueAt(map, at.row, at.column))}` : ""}
        </p>
      </div>
      {kernel && kernel.rows <= mostCells && kernel.columns <= mostCells && (
        <Weights place={kernel} palette={kernelPalette} span={kernelSpan} several={kernels.length > 1} />
      )}
    </section>
  );
}

interface Cell {
  readonly row: number;
  readonly column: number;
}

function cellUnder({ clientX, clientY, currentTarget }: PointerEvent, { rows, columns }: MapPlace): Cell {
  const box = currentTarget.getBoundingClientRect();
  const along = (share: number, count: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  return {
    row: along((clientY - box.top) / box.height, rows),
    column: along((clientX - box.left) / box.width, columns),
  };
}

const crossAt = ({ row, column }: Cell, { rows, columns }: MapPlace) => ({
  left: `${(column / columns) * 100}%`,
  top: `${(row / rows) * 100}%`,
  width: `${100 / columns}%`,
  height: `${100 / rows}%`,
});

interface WeightsProps {
  readonly place: MapPlace;
  readonly palette: Palette;
  readonly span: Span;
  readonly several: boolean;
}

function Weights({ place, palette, span, several }: WeightsProps) {
  const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
  return (
    <table className="maps-weights">
      <caption>{several ? "Kernel over the first channel" : "Kernel"}</caption>
      <tbody>
        {range(place.rows).map((row) => (
          <tr key={row}>
            {range(place.columns).map((column) => {
              const value = valueAt(place, row, column);
              const share = span.high > 0 ? (value - span.low) / (span.high - span.low) : 0.5;
              return (
                <td
                  key={column}
                  style={{ background: colourAt(palette, share) }}
                  data-white={needsWhiteText(palette, share) || undefined}
                >
                  {cellFigure(value)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
