import { MapCanvas } from "../../ui/MapCanvas.tsx";
import type { Palette } from "../../ui/map-palettes.ts";
import type { MapPlace, Span } from "../../ui/paint-maps.ts";

interface MapTileProps {
  readonly index: number;
  readonly map: MapPlace;
  readonly palette: Palette;
  readonly span: Span;
  /** Where every value of the map is the same there is nothing to see, and it is said. */
  readonly note?: string | undefined;
  /** One per input channel, at most four. */
  readonly kernels: readonly MapPlace[];
  readonly kernelPalette: Palette;
  readonly kernelSpan: Span;
}

const tileSize = 64;
const kernelGap = 2;
const largestKernel = 32;

/** A feature map over the kernel that made it. */
export function MapTile({
  index,
  map,
  palette,
  span,
  note,
  kernels,
  kernelPalette,
  kernelSpan,
}: MapTileProps) {
  const kernelSize = Math.min(
    largestKernel,
    Math.floor((tileSize - kernelGap * (kernels.length - 1)) / Math.max(1, kernels.length)),
  );
  return (
    <>
      <MapCanvas place={map} palette={palette} span={span} size={sizeFor(map)} />
      <span className="maps-number">
        {index}
        {note && <i>{note}</i>}
      </span>
      {kernels.length > 0 && (
        <span className="maps-kernels">
          {kernels.map((it) => (
            <MapCanvas key={it.from} place={it} palette={kernelPalette} span={kernelSpan} size={kernelSize} />
          ))}
        </span>
      )}
    </>
  );
}

/** A whole number of screen pixels for each value, unless the map has more values than that. */
function sizeFor({ rows, columns }: MapPlace): number {
  const longer = Math.max(rows, columns);
  return longer > tileSize ? tileSize : longer * Math.floor(tileSize / longer);
}
