import { useEffect, useRef } from "react";
import type { Step } from "../../shared/compile/plan.ts";
import { sameShape } from "../../shared/nodes/shape.ts";
import type { FeatureMaps } from "../../shared/protocol/training.ts";
import { useSession } from "../state/session.ts";
import { grey, sequential } from "../ui/map-palettes.ts";
import { mapAt, paintMap, type Span, spanOf } from "../ui/paint-maps.ts";

const most = 8;

/** The first eight feature maps of the watched image; flat places until they are there. */
export function MapStrip({ id, step }: { readonly id: string; readonly step: Step | undefined }) {
  const maps = useSession((state) => state.maps[id]);
  const fresh = step && maps && sameShape(maps.shape, step.output) ? maps : undefined;
  if (!step) return <div className="strip" aria-hidden="true" />;
  const [rows, columns, channels] =
    step.output.length === 3 ? step.output : ([1, step.output[0], 1] as const);
  const shown = Math.min(most, channels);
  const scale = fresh && scaleOf(fresh, shown * rows * columns);
  return (
    <div className="strip" data-vector={step.output.length === 1 || undefined} aria-hidden="true">
      {Array.from({ length: shown }, (_, index) => (
        <Picture
          // biome-ignore lint/suspicious/noArrayIndexKey: a map is its number.
          key={index}
          maps={fresh}
          {...{ index, rows, columns, scale }}
          isImage={step.kind.family === "input"}
        />
      ))}
    </div>
  );
}

interface PictureProps {
  readonly maps: FeatureMaps | undefined;
  readonly index: number;
  readonly rows: number;
  readonly columns: number;
  readonly scale: Span | undefined;
  readonly isImage: boolean;
}

function Picture({ maps, index, rows, columns, scale, isImage }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!canvas.current || !maps || !scale) return;
    paintMap(canvas.current, mapAt(maps.values, rows, columns, index), isImage ? grey : sequential, scale);
  }, [maps, index, rows, columns, scale, isImage]);
  return <canvas ref={canvas} width={1} height={1} data-painted={maps !== undefined || undefined} />;
}

const scaleOf = (maps: FeatureMaps, upTo: number): Span => spanOf(maps.values, 0, upTo);
