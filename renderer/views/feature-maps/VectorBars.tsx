import { useState } from "react";
import { MapCanvas } from "../../ui/MapCanvas.tsx";
import { sequential } from "../../ui/map-palettes.ts";
import { spanOf } from "../../ui/paint-maps.ts";
import { figure } from "./figures.ts";

const mostBars = 160;
/** With its two lines of words it fits the dock as it opens first. */
const height = 88;
/** Columns of the picture that stands for a vector too long for bars. */
const columns = 56;

/** A vector as bars around zero; a long one as a picture, row by row. */
export function VectorBars({ values }: { readonly values: Float32Array }) {
  const { low, high } = spanOf(values);
  const summary = `${values.length} values from ${figure(low)} to ${figure(high)}`;
  return (
    <figure className="maps-vector" aria-label={summary}>
      {values.length <= mostBars ? <Bars values={values} /> : <Picture values={values} />}
      <figcaption>{summary}</figcaption>
    </figure>
  );
}

function Bars({ values }: { readonly values: Float32Array }) {
  const [over, setOver] = useState<number>();
  const { low, high } = spanOf(values);
  const [bottom, top] = [Math.min(0, low), Math.max(0, high)];
  const yOf = (value: number): number =>
    top === bottom ? height : (height * (top - value)) / (top - bottom);
  const pitch = Math.max(3, Math.min(28, Math.floor(560 / values.length)));
  const value = over === undefined ? undefined : values[over];
  return (
    <>
      <svg
        className="maps-bars"
        width={pitch * values.length}
        height={height + 1}
        aria-hidden="true"
        onPointerLeave={() => setOver(undefined)}
      >
        {Array.from(values, (it, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a unit is its number.
          <g key={index} data-over={index === over || undefined} onPointerEnter={() => setOver(index)}>
            <rect className="maps-bar-place" x={index * pitch} y={0} width={pitch} height={height} />
            <rect
              className="maps-bar"
              x={index * pitch}
              y={Math.min(yOf(it), yOf(0))}
              width={pitch - (pitch > 4 ? 2 : 1)}
              height={Math.max(0.5, Math.abs(yOf(it) - yOf(0)))}
            />
          </g>
        ))}
        <line className="maps-zero" x1={0} x2={pitch * values.length} y1={yOf(0)} y2={yOf(0)} />
      </svg>
      <p className="maps-said">{value === undefined ? "\u00a0" : `unit ${over} · ${figure(value)}`}</p>
    </>
  );
}

const Picture = ({ values }: { readonly values: Float32Array }) => (
  <MapCanvas
    place={{ values, rows: Math.ceil(values.length / columns), columns, from: 0, every: 1 }}
    palette={sequential}
    span={spanOf(values)}
    size={columns * 8}
  />
);
