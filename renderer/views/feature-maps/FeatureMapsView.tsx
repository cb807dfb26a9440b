import { ChevronLeft, ChevronRight } from "lucide-react";
import type { Plan, Step } from "../../../shared/compile/plan.ts";
import { isImage, isVector, show } from "../../../shared/nodes/shape.ts";
import type { DatasetSummary, FeatureMaps, Kernels, Surface } from "../../../shared/protocol/training.ts";
import { IconButton } from "../../ui/Button.tsx";
import { ImageCanvas, MapCanvas } from "../../ui/MapCanvas.tsx";
import { grey, sequential, type Theme } from "../../ui/map-palettes.ts";
import { spanOf } from "../../ui/paint-maps.ts";
import { pointOf } from "../../ui/paint-scatter.ts";
import { Scatter } from "../../ui/Scatter.tsx";
import { ClassBars } from "./ClassBars.tsx";
import { LayerMaps } from "./LayerMaps.tsx";
import { mapsOf, placesOf } from "./layer-pictures.ts";
import "./feature-maps.css";

interface FeatureMapsViewProps {
  readonly plan: Plan;
  /** The one selected node. */
  readonly focus: string | undefined;
  readonly maps: Readonly<Record<string, FeatureMaps>>;
  readonly kernels: Kernels | undefined;
  readonly dataset: DatasetSummary | undefined;
  /** Of a network of two inputs. */
  readonly surface: Surface | undefined;
  /** Index of the example that goes through the network, in the dataset's gallery. */
  readonly watched: number;
  readonly theme: Theme;
  readonly onWatch: (image: number) => void;
  readonly onSelect: (node: string) => void;
}

/** What the network makes of one example, layer by layer. */
export function FeatureMapsView(props: FeatureMapsViewProps) {
  const { plan, focus, maps, kernels, dataset, theme, onSelect } = props;
  if (!dataset)
    return (
      <p className="maps-empty">The pictures appear once the data are loaded. Choose them in the Data tab.</p>
    );
  const step = plan.steps.find((it) => it.node.id === focus);
  const shown = step && mapsOf(step, maps);
  return (
    <div className="maps">
      <Probe {...props} dataset={dataset} />
      {step && shown ? (
        <LayerMaps key={step.node.id} step={step} maps={shown} kernels={kernels} theme={theme} />
      ) : step ? (
        <p className="maps-empty">The maps of {step.node.id} are on their way.</p>
      ) : focus !== undefined ? (
        <p className="maps-empty">{focus} has a problem and makes no maps yet. See the Problems tab.</p>
      ) : (
        <Overview plan={plan} maps={maps} onSelect={onSelect} />
      )}
    </div>
  );
}

function Probe(props: FeatureMapsViewProps & { readonly dataset: DatasetSummary }) {
  const { plan, maps, dataset, surface, theme, watched, onWatch } = props;
  const { gallery, example, classes } = dataset;
  const thing = isImage(example) ? "image" : "row";
  const label = gallery.labels[watched];
  const output = plan.output && mapsOf(plan.output, maps);
  const last = gallery.labels.length - 1;
  return (
    <section className="maps-probe" aria-label={`Watched ${thing}`}>
      <div className="maps-probe-image">
        {isImage(example) ? (
          <ImageCanvas pixels={gallery.values} image={example} index={watched} size={probeSize} />
        ) : dataset.plane ? (
          <Scatter
            plane={dataset.plane}
            surface={surface}
            watched={pointOf(gallery, watched)}
            theme={theme}
            size={probeSize}
          />
        ) : undefined}
        <div className="maps-probe-bar">
          <IconButton
            label={`Previous ${thing}`}
            icon={<ChevronLeft />}
            blocked={watched <= 0 ? "this is the first" : undefined}
            onClick={() => onWatch(watched - 1)}
          />
          <span>
            {classes[label ?? -1] ?? "?"}
            <i>
              {watched + 1} of {last + 1}
            </i>
          </span>
          <IconButton
            label={`Next ${thing}`}
            icon={<ChevronRight />}
            blocked={watched >= last ? "this is the last" : undefined}
            onClick={() => onWatch(watched + 1)}
          />
        </div>
      </div>
      {output && isVector(output.shape) && output.values.length === classes.length && (
        <ClassBars values={output.values} classes={classes} label={label} />
      )}
    </section>
  );
}

const probeSize = 112;

/** With nothing selected: a line of pictures for every layer. */
function Overview({ plan, maps, onSelect }: Pick<FeatureMapsViewProps, "plan" | "maps" | "onSelect">) {
  const layers = plan.steps.flatMap((step) => {
    const met = mapsOf(step, maps);
    return met ? [{ step, met }] : [];
  });
  if (layers.length === 0)
    return (
      <p className="maps-empty">No maps yet: the design has a problem, or its pictures are on their way.</p>
    );
  return (
    <section className="maps-overview" aria-label="All layers">
      <p className="maps-note">Select a layer to see all its maps and kernels.</p>
      <ul>
        {layers.map(({ step, met }) => (
          <li key={step.node.id}>
            <button type="button" onClick={() => onSelect(step.node.id)}>
              <span className="maps-overview-name">
                {step.kind.title} <code>{step.node.id}</code>
                <span className="maps-shape">{show(step.output)}</span>
              </span>
              <Strip step={step} maps={met} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Strip({ step, maps }: { readonly step: Step; readonly maps: FeatureMaps }) {
  const span = spanOf(maps.values);
  const palette = step.kind.family === "input" && step.output.length === 3 ? grey : sequential;
  const { values } = maps;
  const places = isVector(maps.shape)
    ? [{ values, rows: 1, columns: values.length, from: 0, every: 1 }]
    : placesOf(maps).slice(0, 8);
  return (
    <span className="maps-strip" data-vector={isVector(maps.shape) || undefined}>
      {places.map((it) => (
        <MapCanvas key={it.from} place={it} palette={palette} span={span} size={36} />
      ))}
    </span>
  );
}
