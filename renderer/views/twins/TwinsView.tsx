import { Pause, Play } from "lucide-react";
import type { KeyboardEvent } from "react";
import type { TwinName } from "../../../shared/compile/twins/site.ts";
import type { Twins } from "../../../shared/compile/twins/twins.ts";
import { show } from "../../../shared/nodes/shape.ts";
import { Select } from "../../ui/Select.tsx";
import type { Drawing } from "./paint-wiring.ts";
import { mostCells } from "./scene.ts";
import { TwinColumn } from "./TwinColumn.tsx";
import "./twins.css";
import { useUnit } from "./use-unit.ts";
import { decadesFor } from "./words.ts";

interface TwinsViewProps extends Twins {
  readonly brightness: Drawing["brightness"];
  /** Kernels that the twins of a dense layer may have; empty where the layer has a window of its own. */
  readonly kernels: readonly number[];
  readonly onKernel: (kernel: number) => void;
  readonly onUse: (which: TwinName) => void;
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The central comparison: one job, done with a weight for every line, for every place, or for all places together. */
export function TwinsView({ site, twins, brightness, kernels, onKernel, onUse }: TwinsViewProps) {
  const moving = useUnit(site.maps);
  const [row, column] = moving.unit;
  const [rows, columns] = site.maps;
  const decades = decadesFor(twins.flatMap((it) => [it.parameters, it.step?.macs ?? 0]));
  const least = twins.find((it) => it.which === "conv2d")?.parameters;
  const walk = (event: KeyboardEvent) => {
    const step = arrows[event.key];
    if (!step || event.target instanceof HTMLSelectElement) return;
    event.preventDefault();
    moving.step(step[0], step[1]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrows work wherever the focus is in here.
    <div className="twins" onKeyDown={walk}>
      <div className="twins-head">
        <p>
          One job, three kinds of layer: <b>{show(site.input)}</b> → <b>{outputWords(site)}</b>. A colour is a
          weight: where it stays the same, the weight is shared.
        </p>
        {kernels.length > 0 && (
          <Select
            label="Window of the twins"
            value={String(site.window.kernel[0])}
            options={kernels.map((it) => ({ value: String(it), label: `${it}×${it} window` }))}
            onChange={(value) => onKernel(Number(value))}
          />
        )}
        {rows * columns > 1 && (
          // Not our Button: its tooltip would open with the focus and take the first Escape.
          <button
            type="button"
            className="button twins-unit"
            ref={markAutofocus}
            title="The arrow keys move the unit."
            onClick={() => moving.play(!moving.playing)}
          >
            {moving.playing ? <Pause /> : <Play />}
            <span aria-live={moving.movedBy === "keys" ? "polite" : "off"}>
              row <b>{row + 1}</b> of {rows}, column <b>{column + 1}</b> of {columns}
            </span>
            <span className="unseen">, {moving.playing ? "stop sliding" : "slide over the image"}</span>
          </button>
        )}
      </div>
      <div className="twins-columns">
        {twins.map((twin) => (
          <TwinColumn
            key={twin.which}
            site={site}
            twin={twin}
            moving={moving}
            brightness={brightness}
            least={least}
            decades={decades}
            onUse={() => onUse(twin.which)}
          />
        ))}
      </div>
      <p className="twins-note">
        Bars are logarithmic: each mark is ten times as much, the last one 10<sup>{decades}</sup>.{" "}
        {drawnWords(site.input, site.maps)}
      </p>
    </div>
  );
}

function outputWords({ output, maps }: Twins["site"]): string {
  if (output.length === 3) return show(output);
  return maps[0] * maps[1] === 1 ? `${show(output)} units` : `${show(output)} = ${show(maps)}`;
}

/** What of the layer the pictures leave out. */
function drawnWords(input: readonly number[], maps: readonly number[]): string {
  const [height = 1, width = 1, channels = 1] = input;
  const [rows = 1, columns = 1, filters = 1] = maps;
  const isCut = Math.max(height, width, rows, columns) > mostCells;
  const part = isCut
    ? `the ${Math.min(mostCells, Math.max(height, width))} rows and columns around the unit`
    : "";
  const single =
    channels > 1 || filters > 1
      ? `${channels > 1 ? `the first of ${channels} channels` : "the image"} and ${filters > 1 ? `the first of ${filters} maps` : "the map"}`
      : "";
  const drawn = [single, part].filter(Boolean).join(", of them ");
  return drawn ? `Drawn: ${drawn}; the numbers are those of the whole layer.` : "";
}

/** The dialog that opens with it gives the focus to what carries this mark. */
const markAutofocus = (element: HTMLElement | null): void => element?.setAttribute("autofocus", "");
