import type { KindName } from "../../nodes/index.ts";
import type { Values } from "../../nodes/settings.ts";
import { isImage, sameShape, volume } from "../../nodes/shape.ts";
import type { Site, TwinName } from "./site.ts";

export type Layer = readonly [kind: KindName, values: Values];

/** The layers of one twin in the order of flow, and the nodes of the graph whose place they take. */
export interface TwinLayers {
  readonly layers: readonly Layer[];
  readonly replaced: readonly string[];
}

/** What a twin is made of, or why it cannot be. */
export function layersOf(site: Site, which: TwinName): TwinLayers | { readonly refused: string } {
  if (which === "dense") return denseLayers(site);
  const { kernel, stride, dilation, padding } = site.window;
  if (which === "locallyConnected2d" && dilation.some((it) => it > 1))
    return {
      refused: `A locally connected layer has no dilation, this convolution spreads its kernel by ${dilation.join("×")}.`,
    };
  const { bias, activation, trainable, weights, across } = site.values;
  const sliding: Layer = [
    which,
    known({
      filters: site.maps[2],
      kernel,
      stride,
      dilation,
      padding,
      bias,
      activation,
      weights,
      across,
      trainable,
    }),
  ];
  return {
    layers: sameShape(site.maps, site.output) ? [sliding] : [sliding, into(site.output)],
    replaced: site.members,
  };
}

function denseLayers(site: Site): TwinLayers {
  const { bias, activation, trainable, weights } = site.values;
  const [height, width] = site.maps;
  const isOnePlace = height === 1 && width === 1;
  // Softmax compares the filters of each place; a dense layer's own would compare all units.
  const apart = activation === "softmax" && !isOnePlace;
  const dense: Layer = [
    "dense",
    known({
      units: volume(site.maps),
      bias,
      activation: apart ? "linear" : activation,
      // No dense layer takes a kernel by its cells: its weights have to be learned.
      trainable: weights === undefined || weights === "learned" ? trainable : undefined,
    }),
  ];
  const isSameSize = height === site.input[0] && width === site.input[1];
  // A Flatten behind would only undo the Reshape. Elsewhere the Reshape stays: it tells the way back.
  if (site.flattenBehind !== undefined && !apart && (isOnePlace || isSameSize))
    return { layers: [["flatten", {}], dense], replaced: [...site.members, site.flattenBehind] };
  return {
    layers: [
      ["flatten", {}],
      dense,
      ...(isImage(site.output) ? [into(site.output)] : []),
      ...(apart ? [["activation", { function: "softmax" }] as const] : []),
    ],
    replaced: site.members,
  };
}

const into = (output: Site["output"]): Layer =>
  isImage(output) ? ["reshape", { target: output }] : ["flatten", {}];

const known = (values: Readonly<Record<string, Values[string] | undefined>>): Values =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
