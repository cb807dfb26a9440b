import { useEffect, useRef } from "react";
import type { Surface } from "../../shared/protocol/training.ts";
import type { Plane } from "../../shared/train/plane.ts";
import type { Theme } from "./map-palettes.ts";
import { paintScatter, type WatchedPoint } from "./paint-scatter.ts";
import "./scatter.css";

interface ScatterProps {
  readonly plane: Plane;
  /** What the network makes of the plane now. */
  readonly surface: Surface | undefined;
  readonly watched: WatchedPoint | undefined;
  readonly theme: Theme;
  /** Sides on the screen in pixels. */
  readonly size: number;
}

/** Points of a plane by class, over the classes that the network sees there. */
export function Scatter({ plane, surface, watched, theme, size }: ScatterProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { x, y, label } = watched ?? {};
  useEffect(() => {
    const point = x === undefined || y === undefined || label === undefined ? undefined : { x, y, label };
    if (canvas.current) paintScatter(canvas.current, { plane, surface, watched: point, theme, size });
  }, [plane, surface, x, y, label, theme, size]);
  return (
    <canvas
      ref={canvas}
      className="scatter"
      role="img"
      aria-label={`${plane.points.labels.length} training points${surface ? "; behind them the class that the network sees there" : ""}`}
      style={{ width: size, height: size }}
    />
  );
}
