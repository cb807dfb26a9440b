import { useEffect, useRef } from "react";
import type { Image } from "../../shared/nodes/shape.ts";
import type { Palette } from "./map-palettes.ts";
import { type MapPlace, paintImage, paintMap, paintScale, type Span } from "./paint-maps.ts";
import "./map-canvas.css";

interface MapCanvasProps {
  readonly place: MapPlace;
  readonly palette: Palette;
  readonly span: Span;
  /** Longer side on the screen in pixels. */
  readonly size: number;
}

/** One feature map or kernel, crisp at any size. What it shows is said by the element around it. */
export function MapCanvas({ place, palette, span, size }: MapCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { values, rows, columns, from, every } = place;
  const { low, high } = span;
  useEffect(() => {
    if (canvas.current)
      paintMap(canvas.current, { values, rows, columns, from, every }, palette, { low, high });
  }, [values, rows, columns, from, every, palette, low, high]);
  return <canvas ref={canvas} className="map-canvas" style={sized(rows, columns, size)} />;
}

interface ImageCanvasProps {
  readonly pixels: Float32Array;
  readonly image: Image;
  readonly index: number;
  readonly size: number;
}

/** One image of a dataset. */
export function ImageCanvas({ pixels, image, index, size }: ImageCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) paintImage(canvas.current, pixels, image, index);
  }, [pixels, image, index]);
  return <canvas ref={canvas} className="map-canvas" style={sized(image[0], image[1], size)} />;
}

/** The palette between its two values. */
export function ScaleBar({
  palette,
  low,
  high,
}: {
  readonly palette: Palette;
  readonly low: string;
  readonly high: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) paintScale(canvas.current, palette);
  }, [palette]);
  return (
    <span className="scale-bar" role="img" aria-label={`Colours from ${low} to ${high}`}>
      <span>{low}</span>
      <canvas ref={canvas} />
      <span>{high}</span>
    </span>
  );
}

function sized(
  rows: number,
  columns: number,
  size: number,
): { readonly width: number; readonly height: number } {
  const scale = size / Math.max(rows, columns);
  return { width: Math.max(1, Math.round(columns * scale)), height: Math.max(1, Math.round(rows * scale)) };
}
