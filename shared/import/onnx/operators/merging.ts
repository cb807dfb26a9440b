import type { KindName } from "../../../nodes/index.ts";
import { joined } from "../../../nodes/merge.ts";
import { isImage, type Shape } from "../../../nodes/shape.ts";
import {
  axesOf,
  type Flow,
  inOurOrder,
  meaning,
  orderOf,
  type Places,
  placesOf,
  standing,
  through,
} from "../flow.ts";
import { axisOf, gap, type Readers, type Site, whole } from "../site.ts";
import { imageAt, seenAs, shownDims } from "../views.ts";
import { affine, factorsOf } from "./affine.ts";

export const merging: Readers = {
  Add: (site) => arithmetic(site, "add"),
  Sub: (site) => arithmetic(site, "subtract"),
  Mul: (site) => arithmetic(site, "multiply"),
  Div: (site) => arithmetic(site, "divide"),
  Neg: (site) => affine(site, 0, -1, 0),
  Sum: (site) => several(site, "add"),
  Mean: (site) => several(site, "average"),
  Max: (site) => several(site, "maximum"),
  Concat: concat,
};

type Arithmetic = "add" | "subtract" | "multiply" | "divide";

/** Of two flows a merge, of one and an array a factor and a summand. */
function arithmetic(site: Site, what: Arithmetic): Flow {
  const [left, right] = [site.known(0), site.known(1)];
  if (right) return withArray(site, 0, what, factorsOf(site.flow(0), right));
  if (left) return withArray(site, 1, what, factorsOf(site.flow(1), left));
  if (what === "divide") gap("It divides one flow by another, which no layer does.");
  if (what === "multiply" || what === "add") return merge(site, what, [site.flow(0), site.flow(1)]);
  const second = site.flow(1);
  const negative = site.place("rescale", { scale: -1, offset: 0 }, [second], { suffix: "negative" });
  return merge(site, "add", [site.flow(0), through(second, negative)]);
}

function withArray(site: Site, slot: 0 | 1, what: Arithmetic, array: number | Float32Array): Flow {
  const mapped = (change: (value: number) => number) =>
    typeof array === "number" ? change(array) : array.map(change);
  if (what === "add") return affine(site, slot, 1, array);
  if (what === "multiply") return affine(site, slot, array, 0);
  if (what === "subtract")
    return slot === 0
      ? affine(
          site,
          slot,
          1,
          mapped((it) => -it),
        )
      : affine(site, slot, -1, array);
  if (slot === 1) gap("It divides fixed numbers by a flow, which no layer does.");
  return affine(
    site,
    slot,
    mapped((it) => 1 / it),
    0,
  );
}

/** Sum-8, Mean-8, Max-8 and later: any number of inputs. A maximum with 0 is a ReLU. */
function several(site: Site, kind: "add" | "average" | "maximum"): Flow {
  const slots = site.operation.inputs.map((_, slot) => slot);
  const fixed = slots.filter((slot) => site.known(slot));
  const [slot] = fixed;
  if (slot === undefined) {
    if (slots.length > 1)
      return merge(
        site,
        kind,
        slots.map((it) => site.flow(it)),
      );
    site.note("Of one input it changes nothing.");
    return site.flow(0);
  }
  const array = site.known(slot);
  const other = slots.find((it) => it !== slot) ?? 0;
  if (!array || slots.length !== 2 || kind === "average")
    return gap("It joins flows with fixed arrays, which no layer does.");
  const factors = factorsOf(site.flow(other), array);
  if (kind === "add") return affine(site, other, 1, factors);
  if (factors !== 0) gap("It takes the maximum with fixed numbers other than 0, which no layer does.");
  const layer = site.place("activation", { function: "relu" }, [site.flow(other)]);
  return through(site.flow(other), layer);
}

/** In our merges all inputs are images or all are vectors, and axes of size 1 are repeated. */
function merge(site: Site, kind: KindName, flows: readonly Flow[]): Flow {
  const grown = joinedBefore(site, kind, flows);
  if (grown) return grown;
  const [first] = flows;
  if (!first) return gap("It has no inputs.");
  const places = flows.some((it) => isImage(it.shape)) ? placesFor(flows) : undefined;
  const images = places ? flows.map((it, slot) => imageAt(site, it, places, `image${slot + 1}`)) : flows;
  if (!places && !alike(flows))
    gap(`It joins ${flows.map(shownDims).join(" and ")}, whose values lie in different orders.`);
  const layer = site.place(kind, {}, images);
  const widest = images.find(
    (it) => joined([it.shape, layer.shape]) && it.shape.join() === layer.shape.join(),
  );
  const view = widest ?? images[0] ?? first;
  return places
    ? { layer, shape: layer.shape, factors: layer.shape, axes: axesOf(places) }
    : { ...through(view, layer), shape: layer.shape };
}

/** In files of our own a product of several is one layer: each further factor joins it. */
function joinedBefore(site: Site, kind: KindName, [first, second]: readonly Flow[]): Flow | undefined {
  if (!first || !second || !site.own || kind !== "multiply") return undefined;
  const { layer } = first;
  if (layer?.kind !== "multiply" || !site.continues(0)) return undefined;
  const places = isImage(layer.shape) ? standing(first) : undefined;
  const other = places ? imageAt(site, second, places) : second;
  const shape = joined([layer.shape, other.shape]);
  if (!shape) return undefined;
  site.join(layer, other);
  layer.shape = shape;
  site.note("", layer);
  return places
    ? { layer, shape, factors: shape, axes: axesOf(places) }
    : { ...through(first, layer), shape };
}

/** The axes at which all of them are images, best those at which they are so already. */
function placesFor(flows: readonly Flow[]): Places | undefined {
  const candidates = [...flows.map(standing), placesOf.first, placesOf.last].filter((it) => it !== undefined);
  const fitting = candidates.filter((places) => {
    const shapes = flows.flatMap((it): readonly Shape[] => {
      const seen = seenAs(it, places);
      return seen ? [seen] : [];
    });
    return shapes.length === flows.length && joined(shapes) !== undefined;
  });
  const reshapes = (places: Places): number =>
    flows.filter((it) => seenAs(it, places)?.join() !== it.shape.join()).length;
  return fitting.toSorted((a, b) => reshapes(a) - reshapes(b))[0];
}

/** Vectors whose values stand in the same order; those of one value are repeated. */
function alike(flows: readonly Flow[]): boolean {
  if (flows.some((it) => isImage(it.shape))) return false;
  const [first] = flows;
  const orders = flows
    .filter((it) => it.shape[0] !== 1)
    .map((it) => (it.axes.length === 2 ? orderOf(it) : undefined));
  const isSame = orders.every(
    (it) => it === orders[0] || (it && orders[0] && it.every((at, index) => at === orders[0]?.[index])),
  );
  return isSame && flows.every((it) => it.axes.length === first?.axes.length);
}

/** Along the channels of images, or end to end of vectors. */
function concat(site: Site): Flow {
  const flows = site.operation.inputs.map((_, slot) => site.flow(slot));
  const [first] = flows;
  if (!first) return gap("It has no inputs.");
  if (flows.length === 1) {
    site.note("Of one input it changes nothing.");
    return first;
  }
  const axis = axisOf(whole(site, "axis", 1), first.axes.length);
  const areVectors = flows.every((it) => !isImage(it.shape));
  if (areVectors) return join(site, flows, axis);
  const places = standing(flows.find((it) => isImage(it.shape)) ?? first);
  if (!places || places[2] !== axis)
    return gap(`It stacks along axis ${axis} of ${shownDims(first)}, and the design stacks channels.`);
  const images = flows.map((it, slot) => imageAt(site, it, places, `image${slot + 1}`));
  const layer = site.place("concat", {}, images);
  return { layer, shape: layer.shape, factors: layer.shape, axes: axesOf(places) };
}

function join(site: Site, flows: readonly Flow[], axis: number): Flow {
  const [first] = flows;
  const fits = flows.every(
    (it) =>
      it.axes.length === first?.axes.length &&
      inOurOrder(it, [axis]) &&
      (meaning(it, axis) === 0 || it.shape[0] === 1),
  );
  if (!first || !fits)
    return gap(
      `It joins ${flows.map(shownDims).join(" and ")} along axis ${axis}, whose values lie in another order than the design's.`,
    );
  const layer = site.place("concat", {}, flows);
  const axes = first.axes.map((it, place) => (it === "examples" ? it : place === axis ? [0] : []));
  return { layer, shape: layer.shape, factors: layer.shape, axes };
}
