import { useEffect, useRef } from "react";
import type { Step } from "../../shared/compile/plan.ts";
import { sameShape } from "../../shared/nodes/shape.ts";
import { useSession } from "../state/session.ts";
import { grey, sequential } from "../ui/map-palettes.ts";
import { fewMaps, mostMaps, paintStrip } from "./paint-strip.ts";

/** The first eight feature maps of the watched image; flat places until they are there. */
export function MapStrip({ id, step }: { readonly id: string; readonly step: Step | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const maps = useSession((state) => state.maps[id]);
  const fresh = step && maps && sameShape(maps.shape, step.output) ? maps : undefined;
  const isImage = step?.kind.family === "input" && step.output.length === 3;
  useEffect(() => {
    if (canvas.current && fresh) paintStrip(canvas.current, fresh, isImage ? grey : sequential);
  }, [fresh, isImage]);
  if (!step) return <div className="strip" aria-hidden="true" />;
  const places = step.output.length === 3 ? Math.min(mostMaps, step.output[2]) : 1;
  return (
    <div
      className="strip"
      data-vector={step.output.length === 1 || undefined}
      data-maps={step.output.length === 3 && places <= fewMaps ? places : undefined}
      aria-hidden="true"
    >
      {fresh ? (
        <canvas ref={canvas} data-painted />
      ) : (
        // biome-ignore lint/suspicious/noArrayIndexKey: a place is its number.
        Array.from({ length: places }, (_, index) => <i key={index} />)
      )}
    </div>
  );
}
