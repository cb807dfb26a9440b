import { shown } from "../../graph/json.ts";
import { kinds } from "../../nodes/index.ts";
import type { Output } from "../draft.ts";
import type { Settings } from "./fields.ts";
import { augmentation, inputSizes, isAugmentation, translations, worksWithoutChannels } from "./layers.ts";
import { gap, type Met, type Part, type Placed, together } from "./part.ts";
import { findArrays, metAt, nameOf, type Site, sourceOf } from "./site.ts";
import type { LayerCall } from "./topology.ts";

/** A layer's nodes with their wires, entries and arrays. Undefined where a gap stays. */
export function placed(
  call: LayerCall,
  inputs: readonly (Output | undefined)[],
  site: Site,
): Output | undefined {
  const { draft, flat } = site;
  const source = sourceOf(call);
  const met = metAt(call, inputs, site);
  const { settings, lacksChannels } = met;
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
      name: nameOf(call),
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

/** What a layer becomes where it stands. */
export function partsOf({ className, module }: LayerCall, met: Met): readonly Part[] {
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
export function training(
  call: LayerCall,
  settings: Settings,
  { kind }: Placed,
): readonly (string | undefined)[] {
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
