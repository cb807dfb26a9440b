import type { Original } from "../../compile/originals.ts";
import { shown } from "../../graph/json.ts";
import { refuse } from "../../graph/reading.ts";
import { kinds } from "../../nodes/index.ts";
import type { WeightName } from "../../nodes/kind.ts";
import { volume } from "../../nodes/shape.ts";
import { createDraft, type Draft, type FindArrays, type Output } from "../draft.ts";
import type { Imported } from "../imported.ts";
import { type Settings, settingsOf } from "./fields.ts";
import { augmentation, inputSizes, isAugmentation, translations, worksWithoutChannels } from "./layers.ts";
import { type Dialect, gap, type Met, type Part, type Placed, together } from "./part.ts";
import type { Store } from "./store.ts";
import { type LayerCall, readTopology } from "./topology.ts";

export interface KerasModel {
  /** `{class_name, config}`. */
  readonly topology: unknown;
  readonly dialect: Dialect;
  /** Undefined where the file holds no weights. */
  readonly store: Store | undefined;
  /** What the file remembers of the design that it was made from. */
  readonly originals: ReadonlyMap<string, Original>;
  /** The file, for sentences. */
  readonly file: string;
}

/**
 * A model of Keras or tfjs as a design. Refuses (`refuse`), naming the place, a configuration that no version of them writes,
 * networks that go in circles, and weights that do not fit their layers; a layer without a counterpart leaves a gap.
 */
export function readKerasModel({ topology, dialect, store, file }: KerasModel): Imported {
  const { name, calls, outputs } = readTopology(topology, file);
  const draft = createDraft();
  const results: (Output | undefined)[] = [];
  const flat = new Set<string>();
  const site: Site = { draft, dialect, store, file, flat };
  for (const call of calls)
    results.push(
      placed(
        call,
        call.inputs.map((it) => results[it]),
        site,
      ),
    );
  noteOutputs(
    outputs.map((it) => results[it]),
    draft,
  );
  noteInputs(calls, results, draft);
  return draft.finish(name);
}

interface Site {
  readonly draft: Draft;
  readonly dialect: Dialect;
  readonly store: Store | undefined;
  readonly file: string;
  /** Nodes that have no axis of channels in the file, where ours have one of size 1. */
  readonly flat: Set<string>;
}

const sourceOf = ({ path, className }: LayerCall): string => `${path.join("/")} (${className})`;

function placed(call: LayerCall, inputs: readonly (Output | undefined)[], site: Site): Output | undefined {
  const { draft, store, dialect, flat } = site;
  const source = sourceOf(call);
  const settings = settingsOf(call.config, source);
  const lacksChannels = inputs.some((it) => it && flat.has(it.node));
  const met: Met = {
    settings,
    shapes: inputs.map((it) => it?.shape),
    lacksChannels,
    dialect,
    arrayShape: (name) => store?.array(call, [name], 0)?.shape,
  };
  let before = inputs;
  for (const part of partsOf(call, met)) {
    if ("gap" in part) return draft.leaveGap(source, part.gap);
    if ("passes" in part) {
      const [through] = before;
      draft.note({
        source,
        fate: part.passes ? "approximated" : "mapped",
        words: part.passes,
        ...(through ? { node: through.node } : {}),
      });
      return through;
    }
    const output = draft.place({
      ...part,
      source,
      name: call.path.join("/"),
      inputs: before,
      arrays: findArrays(call, part, site),
      differs: together(part.differs, ...training(call, settings, part)),
    });
    if (!output) return undefined;
    if (part.kind === "input" ? inputSizes(settings)?.length === 2 : lacksChannels && keepsLayout(part))
      flat.add(output.node);
    before = [output];
  }
  return before[0];
}

const keepsLayout = ({ kind }: Placed): boolean => kind !== "flatten" && kind !== "reshape";

function partsOf({ className, module }: LayerCall, met: Met): readonly Part[] {
  const { settings, lacksChannels } = met;
  if (settings.raw("data_format") === "channels_first")
    return gap(
      "It has the channels first, here they are last: save the model with data_format channels_last.",
    );
  if (lacksChannels && !worksWithoutChannels.has(className))
    return gap(
      "It works on images without an axis of channels, here they always have one: put a Reshape before it.",
    );
  const translate = Object.hasOwn(translations, className) ? translations[className] : undefined;
  // Keras 3 writes `a + b` as an operation of the same name as the layer.
  if (translate && !(/\bops\b/.test(module) && met.shapes.length < 2)) return translate(met);
  if (isAugmentation(className)) return augmentation(met);
  return gap(`There is no layer like ${shown(className)} here.`);
}

/** What acts in training only, and what the layer computes with. */
function training(call: LayerCall, settings: Settings, { kind }: Placed): readonly (string | undefined)[] {
  const left = Object.keys(call.config).filter(
    (it) => /_(?:regularizer|constraint)$/.test(it) && settings.has(it),
  );
  return [
    left.length
      ? `${left.slice(0, 4).join(", ")} ${left.length > 1 ? "act" : "acts"} in training only and ${left.length > 1 ? "are" : "is"} left out.`
      : undefined,
    call.uses > 1 && "trainable" in kinds[kind].settings
      ? `Its weights are shared by ${call.uses} places; here each place has its own.`
      : undefined,
    /16/.test(policyOf(settings)) ? `It computes in ${policyOf(settings)}, here in float32.` : undefined,
  ];
}

/** `float32`, or an object with the name in its configuration. */
function policyOf(settings: Settings): string {
  const written = settings.raw("dtype");
  const text = typeof written === "object" ? JSON.stringify(written).slice(0, 200) : String(written ?? "");
  return /\b(?:mixed_)?b?float16\b/.exec(text)?.[0] ?? "";
}

function findArrays(call: LayerCall, part: Placed, { store, file }: Site): FindArrays | undefined {
  if (!store) return undefined;
  const aliases: Readonly<Partial<Record<WeightName, readonly string[]>>> = part.names ?? {};
  return (wanted) =>
    wanted.map((weight, index) => {
      const array =
        store.array(call, [weight.name, ...(aliases[weight.name] ?? [])], index) ??
        refuse(
          `${file} has no ${weight.name} for ${sourceOf(call)}. Save the model again, with its weights.`,
        );
      const fits = part.reshaped && volume(array.shape) === volume(weight.shape);
      return { shape: fits ? weight.shape : array.shape, values: array.read() };
    });
}

function noteOutputs(outputs: readonly (Output | undefined)[], draft: Draft): void {
  if (outputs.length < 2) return;
  for (const [index, it] of outputs.entries())
    draft.note({
      source: `result ${index + 1} of ${outputs.length}`,
      fate: "approximated",
      words: "A design has one result: join them, or delete the branches that you do not need.",
      ...(it ? { node: it.node } : {}),
    });
}

function noteInputs(
  calls: readonly LayerCall[],
  results: readonly (Output | undefined)[],
  draft: Draft,
): void {
  const inputs = calls.flatMap((it, index) => (it.className === "InputLayer" ? [index] : []));
  if (inputs.length < 2) return;
  for (const index of inputs.slice(1)) {
    const node = results[index]?.node;
    const call = calls[index];
    if (!call) continue;
    draft.note({
      source: sourceOf(call),
      fate: "approximated",
      words: "The model takes different values at its inputs; a design hands the same example to all.",
      ...(node ? { node } : {}),
    });
  }
}
