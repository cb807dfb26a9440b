import { permutation } from "../../../nodes/random.ts";
import { isImage, show, volume } from "../../../nodes/shape.ts";
import { dimsOf, type Flow, inOurOrder, meaning, regrouped, through, transposed } from "../flow.ts";
import { arrayAt, axisOf, gap, type Readers, type Site, whole, wholes } from "../site.ts";
import { listOf } from "../tensor.ts";
import { shownDims } from "../views.ts";

export const reshaping: Readers = {
  Transpose: transpose,
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Gather: shuffle,
};

/** Axes are only looked at in another order: the design has one. */
function transpose(site: Site): Flow {
  const flow = site.flow(0);
  const order = wholes(site, "perm") ?? flow.axes.map((_, place) => place).reverse();
  const isOrder =
    order.length === flow.axes.length &&
    new Set(order).size === order.length &&
    order.every((it) => it >= 0 && it < order.length);
  if (!isOrder) gap(`Its order of axes [${order.join(", ")}] does not fit ${shownDims(flow)}.`);
  site.note("The design keeps its own order of axes.");
  return transposed(flow, order);
}

/** Reshape-5 to -21: 0 keeps an axis, -1 takes what is left. */
function reshape(site: Site): Flow {
  const flow = site.flow(0);
  const target = listOf(arrayAt(site, 1, "target"));
  const sizes = sizesFor(flow, target, whole(site, "allowzero", 0) === 0);
  if (!sizes)
    return gap(
      `It makes ${shownDims(flow)} into [${target.map((it) => (Number.isNaN(it) ? "N" : it)).join(", ")}], which mixes examples.`,
    );
  return lay(site, flow, sizes);
}

/** The sizes behind the axis of examples; undefined where that axis does not stay the first. */
function sizesFor(flow: Flow, target: readonly number[], keepsZero: boolean): readonly number[] | undefined {
  const dims = dimsOf(flow);
  const [first, ...rest] = target.map((it, place) => (it === 0 && keepsZero ? (dims[place] ?? 1) : it));
  const all = volume(flow.factors);
  const known = volume(rest.filter((it) => it !== -1));
  const sizes = rest.map((it) => (it === -1 ? all / known : it));
  const isSound =
    sizes.every((it) => Number.isInteger(it) && it >= 1) &&
    volume(sizes) === all &&
    rest.filter((it) => it === -1).length < 2;
  // The first axis is the examples': NaN, whatever is left, or the fixed number that the file was exported with.
  return isSound &&
    first !== undefined &&
    first !== 0 &&
    (first !== -1 || !rest.includes(-1)) &&
    flow.axes[0] === "examples"
    ? sizes
    : undefined;
}

/** Flatten-1 to -21: [all axes before `axis`, all from it on]. */
function flatten(site: Site): Flow {
  const flow = site.flow(0);
  const axis = axisOf(whole(site, "axis", 1), flow.axes.length);
  if (axis !== 1) gap(`It flattens from axis ${axis} on, and the design all axes but that of the examples.`);
  return lay(site, flow, [volume(flow.factors)]);
}

/** The axes are an attribute up to opset 12. */
function axesAt(site: Site, count: number): readonly number[] | undefined {
  const told = site.known(1);
  const axes = wholes(site, "axes") ?? (told && listOf(told));
  return axes?.map((it) => axisOf(it, count));
}

function squeeze(site: Site): Flow {
  const flow = site.flow(0);
  const dims = dimsOf(flow);
  const axes = axesAt(site, dims.length) ?? dims.flatMap((it, place) => (it === 1 ? [place] : []));
  if (axes.some((it) => dims[it] !== 1))
    gap(`It drops the axes ${axes.join(", ")} of ${shownDims(flow)}, which are not all of size 1.`);
  return view(site, { ...flow, axes: flow.axes.filter((_, place) => !axes.includes(place)) });
}

function unsqueeze(site: Site): Flow {
  const flow = site.flow(0);
  const told = axesAt(site, 0) ?? [];
  const count = flow.axes.length + told.length;
  const axes = told.map((it) => axisOf(it, count));
  const rest = [...flow.axes];
  return view(site, {
    ...flow,
    axes: Array.from({ length: count }, (_, place) => (axes.includes(place) ? [] : (rest.shift() ?? []))),
  });
}

/** The same values with another shape. */
function lay(site: Site, flow: Flow, sizes: readonly number[]): Flow {
  const { own } = site;
  if (own?.kind === "reshape" && inOurOrder(flow, flow.axes.map((_, place) => place).slice(1))) {
    const layer = site.place("reshape", { target: sizes }, [flow]);
    return {
      layer,
      shape: layer.shape,
      factors: sizes,
      axes: ["examples", ...sizes.map((_, at) => [at])],
    };
  }
  const seen = regrouped(flow, sizes);
  if (!seen)
    return gap(
      `It makes ${shownDims(flow)} into ${show([Number.NaN, ...sizes]).replace("NaN", "N")}, which takes apart what lies together in the design.`,
    );
  return view(site, seen);
}

/** Vectors [N, units] of an image are a Flatten of the design; everything else only looks at the same values. */
function view(site: Site, flow: Flow): Flow {
  const isVectors = flow.axes.length === 2 && flow.axes[0] === "examples";
  if (!isVectors || (!isImage(flow.shape) && site.own?.kind !== "flatten")) {
    site.note("The design looks at the same values.");
    return flow;
  }
  const layer = site.place("flatten", {}, [flow]);
  return { ...through(flow, layer), shape: layer.shape };
}

/** A fixed order of an image's pixels or a vector's values: Shuffle Pixels, if it is one of its orders. */
function shuffle(site: Site): Flow {
  const given = site.flow(0);
  const order = listOf(arrayAt(site, 1, "order"));
  const axis = axisOf(whole(site, "axis", 0), given.axes.length);
  if (dimsOf(given)[axis] === 1 && order.length === 1 && !site.own) {
    site.note("It changes nothing.");
    return given;
  }
  const flow = asPixels(site, given, axis);
  const [height = 1, width = 1] = flow.shape;
  const count = isImage(flow.shape) ? height * width : height;
  const isAll = isImage(flow.shape) ? holdsPixels(flow, axis) : meaning(flow, axis) === 0 || count === 1;
  const seed =
    isAll && order.length === count
      ? seedOf(order, site.own?.kind === "shufflePixels" ? Number(site.own.values.seed ?? 1) : undefined)
      : undefined;
  if (seed === undefined)
    return gap(
      `It picks ${order.length} places of axis ${axis} of ${shownDims(flow)}, in an order that no Shuffle Pixels has.`,
    );
  const layer = site.place("shufflePixels", { seed }, [flow]);
  return through(flow, layer);
}

/** A vector that is seen as pixels [N, pixels, channels] becomes an image of them, one column wide. */
function asPixels(site: Site, flow: Flow, axis: number): Flow {
  if (isImage(flow.shape) || axis !== 1 || flow.axes.length !== 3 || !inOurOrder(flow, [1, 2])) return flow;
  const [, pixels = 1, channels = 1] = dimsOf(flow);
  const target = [pixels, 1, channels];
  const layer = site.place("reshape", { target }, [flow], { suffix: "pixels" });
  return { layer, shape: layer.shape, factors: target, axes: ["examples", [0], [2]] };
}

/** Whether an axis runs through all pixels of an image, row by row. */
function holdsPixels({ axes, factors, shape }: Flow, place: number): boolean {
  const axis = axes[place];
  if (axis === undefined || axis === "examples") return false;
  const parts = axis.filter((it) => factors[it] !== 1);
  const [height = 1, width = 1] = shape;
  return (
    volume(parts.map((it) => factors[it] ?? 1)) === height * width &&
    parts.every(
      (it, index) =>
        volume(factors.slice(0, it)) === volume(parts.slice(0, index).map((part) => factors[part] ?? 1)),
    )
  );
}

const mostSeeds = 65_536;

/** The seed that gives this order: the one told, or one of the first. The last place is drawn first, and sieves. */
function seedOf(order: readonly number[], told: number | undefined): number | undefined {
  const isOrderOf = (seed: number): boolean => {
    const ours = permutation(order.length, seed);
    return order.every((it, place) => it === ours[place]);
  };
  if (told !== undefined && isOrderOf(told)) return told;
  if (order.length > 4096) return undefined;
  for (let seed = 0; seed < mostSeeds / order.length ** 0.5; seed++) if (isOrderOf(seed)) return seed;
  return undefined;
}
