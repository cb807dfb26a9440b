import { limits } from "../../graph/limits.ts";
import { refuse } from "../../graph/reading.ts";
import { worth } from "../../nodes/expression.ts";
import { type KindName, kinds } from "../../nodes/index.ts";
import { isRefusal, type Kind, type WeightName } from "../../nodes/kind.ts";
import { filled, type Value } from "../../nodes/settings.ts";
import type { Shape } from "../../nodes/shape.ts";
import type { Draft, GivenArray, Output } from "../draft.ts";

/**
 * One layer that is going to stand in the design. It stays changeable while the file is read, because an operator further
 * down may turn out to be a part of it: an activation, a bias, the other half of a separable convolution.
 */
export interface Layer {
  /** Its name in the file; "" where the file has none that says anything. */
  name: string;
  /** As the report shows it. */
  readonly source: string;
  kind: KindName;
  values: Record<string, Value>;
  readonly inputs: Source[];
  /** What it gives. */
  shape: Shape;
  /** Made when the design is put together, so that each array is copied once. */
  arrays: Partial<Record<WeightName, () => GivenArray>>;
  /** What it does differently from the file, in sentences. */
  readonly differences: string[];
}

/** What feeds a layer: another one, or a gap behind which the shape is still known. */
export interface Source {
  readonly layer: Layer | undefined;
  readonly shape: Shape;
}

/** What becomes of the operators of a file, in their order. */
export interface Sketch {
  /** Adds a layer, or answers in a sentence why our kind refuses it. */
  add(layer: Omit<Layer, "shape" | "differences">): Layer | string;
  /** One more source for a layer, which stands behind it from now on; nothing may have been fed by the layer yet. */
  join(layer: Layer, source: Source): void;
  /** An operator that is a part of a layer, or that vanishes. `differs`: what the design does differently because of it. */
  note(source: string, words: string, of?: Layer, differs?: boolean): void;
  /** An operator without a counterpart. */
  leaveGap(source: string, words: string): void;
  layers(): readonly Layer[];
  /** Puts the design together. */
  drawOn(draft: Draft): void;
}

type Event =
  | { readonly type: "layer"; readonly layer: Layer }
  | {
      readonly type: "note";
      readonly source: string;
      readonly words: string;
      readonly of: Layer | undefined;
      readonly differs: boolean;
    }
  | { readonly type: "gap"; readonly source: string; readonly words: string };

export function createSketch(): Sketch {
  const events: (Event | undefined)[] = [];
  const places = new Map<Layer, number>();
  const push = (layer: Layer): void => {
    places.set(layer, events.length);
    events.push({ type: "layer", layer });
  };
  return {
    add(given) {
      if (places.size >= limits.nodes)
        refuse(
          `The model has more than ${limits.nodes} layers, which no design can hold. Import a part of it.`,
        );
      const shape = shapeOf(
        given.kind,
        given.values,
        given.inputs.map((it) => it.shape),
      );
      if (typeof shape === "string") return shape;
      const layer: Layer = { ...given, shape, differences: [] };
      push(layer);
      return layer;
    },
    join(layer, source) {
      const place = places.get(layer);
      if (place !== undefined) events[place] = undefined;
      layer.inputs.push(source);
      push(layer);
    },
    note: (source, words, of, differs = false) => events.push({ type: "note", source, words, of, differs }),
    leaveGap: (source, words) => events.push({ type: "gap", source, words }),
    layers: () => events.flatMap((it) => (it?.type === "layer" ? [it.layer] : [])),
    drawOn(draft) {
      const placed = new Map<Layer, Output>();
      for (const it of events)
        if (it?.type === "layer") {
          const output = place(draft, it.layer, placed);
          if (output) placed.set(it.layer, output);
        } else if (it?.type === "gap") draft.leaveGap(it.source, it.words);
        else if (it) {
          const { source, words, of, differs } = it;
          const node = of && placed.get(of)?.node;
          draft.note({
            source,
            fate: differs ? "approximated" : "mapped",
            words,
            ...(node === undefined ? {} : { node }),
          });
        }
    },
  };
}

function place(draft: Draft, layer: Layer, placed: ReadonlyMap<Layer, Output>): Output | undefined {
  const { name, source, kind, values, inputs, arrays, differences } = layer;
  const sources = inputs.map((it) => it.layer && placed.get(it.layer));
  const shapes = sources.map((it) => it?.shape).filter((it) => it !== undefined);
  const isKnown = shapes.length === inputs.length;
  const rules: Kind = kinds[kind];
  const wanted = isKnown ? rules.weights(filled(rules.settings, values), shapes) : [];
  const given = wanted.flatMap((it) => arrays[it.name]?.() ?? []);
  return draft.place({
    source,
    name,
    kind,
    values,
    inputs: sources,
    arrays: wanted.length ? given : undefined,
    differs: differences.length ? differences.join(" ") : undefined,
  });
}

/** What a layer of these settings gives, or why our kind refuses it. */
export function shapeOf(
  name: KindName,
  values: Readonly<Record<string, Value>>,
  inputs: readonly Shape[],
): Shape | string {
  const kind: Kind = kinds[name];
  for (const [setting, value] of Object.entries(values)) {
    const complaint = kind.settings[setting]?.check(value);
    if (complaint) return `${kind.settings[setting]?.label} of ${kind.title} ${complaint}.`;
  }
  const sizes = kind.shape(filled(kind.settings, values), inputs);
  if (isRefusal(sizes)) return sizes.refused;
  const [height = 1, width, channels] = sizes.map((it) => (typeof it === "number" ? it : worth(it)));
  return width === undefined || channels === undefined ? [height] : [height, width, channels];
}
