import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";
import type { Step } from "../../../shared/compile/plan.ts";
import { show } from "../../../shared/nodes/shape.ts";
import type { FeatureMaps, Kernels } from "../../../shared/protocol/training.ts";
import { ScaleBar } from "../../ui/MapCanvas.tsx";
import { diverging, grey, type Palette, sequential, type Theme } from "../../ui/map-palettes.ts";
import { aroundZero, type MapPlace, type Span, spanOf } from "../../ui/paint-maps.ts";
import { Switch } from "../../ui/Switch.tsx";
import { figure } from "./figures.ts";
import { Loupe } from "./Loupe.tsx";
import { channelsNote, kernelsOf, placesOf } from "./layer-pictures.ts";
import { MapTile } from "./MapTile.tsx";
import { VectorBars } from "./VectorBars.tsx";

interface LayerMapsProps {
  readonly step: Step;
  readonly maps: FeatureMaps;
  readonly kernels: Kernels | undefined;
  readonly theme: Theme;
}

/** Everything one layer makes of the image: all its maps with their kernels, or its values as bars. */
export function LayerMaps({ step, maps, kernels, theme }: LayerMapsProps) {
  const [ownScales, setOwnScales] = useState(false);
  const whole = useMemo(() => spanOf(maps.values), [maps]);
  const places = useMemo(() => placesOf(maps), [maps]);
  const palette = step.kind.family === "input" && step.output.length === 3 ? grey : sequential;
  const note = channelsNote(kernels, step.node.id);
  const header = (
    <header className="maps-header">
      <h3>
        {step.kind.title} <code>{step.node.id}</code>
      </h3>
      <span className="maps-shape">{show(step.output)}</span>
      {places.length > 0 && !ownScales && (
        <ScaleBar palette={palette} low={figure(whole.low)} high={figure(whole.high)} />
      )}
      {places.length > 1 && (
        <span className="maps-switch">
          <Switch label="Own scale for each map" on={ownScales} onChange={setOwnScales} />
          <span aria-hidden="true">Own scales</span>
        </span>
      )}
      {note && <span className="maps-note">{note}</span>}
    </header>
  );
  return (
    <section className="maps-layer" aria-label={`Maps of ${step.node.id}`}>
      {places.length === 0 ? (
        <div className="maps-main">
          {header}
          <VectorBars values={maps.values} />
        </div>
      ) : (
        <Grid
          {...{ step, places, palette, kernels, theme, header }}
          spans={ownScales ? places.map(ownSpan) : places.map(() => whole)}
        />
      )}
    </section>
  );
}

interface GridProps extends Pick<LayerMapsProps, "step" | "kernels" | "theme"> {
  readonly places: readonly MapPlace[];
  readonly spans: readonly Span[];
  readonly palette: Palette;
  readonly header: ReactNode;
}

function Grid({ step, places, spans, palette, kernels, theme, header }: GridProps) {
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const shown = Math.min(chosen, places.length - 1);
  const map = places[shown];
  const kernelSpan = useMemo(
    () => aroundZero(kernels ? spanOf(kernels.values) : { low: 0, high: 0 }),
    [kernels],
  );
  const look = { palette, kernelPalette: diverging[theme], kernelSpan };
  const choose = (index: number): void => {
    setChosen(index);
    const option = list.current?.children[index];
    if (option instanceof HTMLElement) option.focus();
  };
  return (
    <>
      <div className="maps-main">
        {header}
        <div
          ref={list}
          className="maps-grid"
          role="listbox"
          aria-label="Feature maps"
          onKeyDown={(event) => moveOnKey(event, shown, places.length, choose)}
        >
          {places.map((it, index) => (
            <div
              key={it.from}
              className="maps-tile"
              role="option"
              aria-label={`Map ${index}`}
              aria-selected={index === shown}
              tabIndex={index === shown ? 0 : -1}
              onPointerEnter={() => setChosen(index)}
              onFocus={() => setChosen(index)}
            >
              <MapTile
                index={index}
                map={it}
                span={spans[index] ?? { low: 0, high: 0 }}
                note={noteOf(it)}
                kernels={kernelsOf(kernels, step.node.id, index)}
                {...look}
              />
            </div>
          ))}
        </div>
      </div>
      {map && (
        <Loupe
          title={`Map ${shown}`}
          map={map}
          span={spans[shown] ?? { low: 0, high: 0 }}
          kernels={kernelsOf(kernels, step.node.id, shown)}
          {...look}
        />
      )}
    </>
  );
}

const ownSpan = ({ values, from, rows, columns }: MapPlace): Span =>
  spanOf(values, from, from + rows * columns);

function noteOf(place: MapPlace): string | undefined {
  const { low, high } = ownSpan(place);
  return low === high ? `${figure(low)} everywhere` : undefined;
}

function moveOnKey(
  event: KeyboardEvent<HTMLElement>,
  at: number,
  count: number,
  choose: (index: number) => void,
): void {
  const wanted = {
    ArrowRight: at + 1,
    ArrowDown: at + 1,
    ArrowLeft: at - 1,
    ArrowUp: at - 1,
    Home: 0,
    End: count - 1,
  };
  const index = Object.entries(wanted).find(([key]) => key === event.key)?.[1];
  if (index === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  choose(Math.min(count - 1, Math.max(0, index)));
}
