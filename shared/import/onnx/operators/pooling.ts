import { isImage } from "../../../nodes/shape.ts";
import { type Flow, vectorFlow } from "../flow.ts";
import { axisOf, gap, type Readers, type Site, whole, wholes } from "../site.ts";
import { listOf } from "../tensor.ts";
import { imageFrom, windowed } from "../views.ts";
import { bordered, isNeverNegative, preferredPadding, sizeSetting, slidingAt, wordFor } from "./padding.ts";

export const pooling: Readers = {
  MaxPool: (site) => pool(site, "maxPool2d"),
  AveragePool: (site) => pool(site, "avgPool2d"),
  GlobalMaxPool: (site) => globalPool(site, "globalMaxPool2d"),
  GlobalAveragePool: (site) => globalPool(site, "globalAvgPool2d"),
  ReduceMax: (site) => reduce(site, "globalMaxPool2d"),
  ReduceMean: (site) => reduce(site, "globalAvgPool2d"),
};

/** MaxPool-8 to -22, AveragePool-7 to -22. Cells in the padding count in no maximum, and in a mean if count_include_pad. */
function pool(site: Site, kind: "maxPool2d" | "avgPool2d"): Flow {
  const image = windowed(site, site.flow(0));
  const [height = 1, width = 1, ...more] = wholes(site, "kernel_shape") ?? [];
  if (more.length) gap("Its window has more than two axes.");
  const sliding = slidingAt(site, image, [height, width]);
  if (sliding.dilations.some((it) => it !== 1)) gap("It is dilated, which a pool of the design is not.");
  const counts = kind === "avgPool2d" && whole(site, "count_include_pad", 0) === 1;
  const word = wordFor(sliding, image, preferredPadding(site, "valid"));
  const isTold = word === "valid" || (word === "same" && !counts);
  const flow = isTold ? image : bordered(site, image, sliding.pads);
  const values = {
    size: sizeSetting([height, width]),
    stride: sizeSetting(sliding.strides),
    padding: isTold ? word : "valid",
  };
  const layer = site.place(kind, values, [flow]);
  if (!isTold && kind === "maxPool2d" && !isNeverNegative(image.layer))
    layer.differences.push(
      "The zeros around the image can be its windows' maxima; in the file its border counts for nothing.",
    );
  if (!isTold && kind === "avgPool2d" && !counts)
    layer.differences.push(
      "The zeros around the image count in its windows' means; in the file its border counts for nothing.",
    );
  if (!isTold && counts && whole(site, "ceil_mode", 0) === 1)
    layer.differences.push(
      "Windows that reach out of the padding take zeros into their means; in the file they are smaller there.",
    );
  return imageFrom(layer, layer.shape);
}

/** One number per channel; ONNX keeps the axes that were pooled, with size 1. */
function globalPool(site: Site, kind: "globalMaxPool2d" | "globalAvgPool2d"): Flow {
  const flow = windowed(site, site.flow(0));
  const layer = site.place(kind, {}, [flow]);
  const channels = layer.shape[0];
  return { ...vectorFlow(layer, channels), axes: ["examples", [0], [], []] };
}

/** A mean or maximum over height and width, together or in any layout. The axes are an attribute up to opset 17. */
function reduce(site: Site, kind: "globalMaxPool2d" | "globalAvgPool2d"): Flow {
  const flow = site.flow(0);
  const told = site.known(1);
  const axes = (wholes(site, "axes") ?? (told && listOf(told)) ?? []).map((it) =>
    axisOf(it, flow.axes.length),
  );
  const pooled = pooledFactors(flow, axes);
  if (!pooled)
    return gap(
      `It joins the axes ${axes.join(", ") || "of everything"}: the design's pools join height and width.`,
    );
  const layer = site.place(kind, {}, [flow]);
  const keeps = whole(site, "keepdims", 1) === 1;
  const left = flow.axes.flatMap((it, place) => (axes.includes(place) ? (keeps ? [[]] : []) : [it]));
  // What is left of the image's factors are those of its channels.
  const first = flow.factors.findIndex((_, at) => !pooled.has(at));
  const renumbered = left.map((it) =>
    it === "examples" ? it : it.map((factor) => factor - Math.max(first, 0)),
  );
  return {
    layer,
    shape: layer.shape,
    factors: first < 0 ? [] : flow.factors.slice(first),
    axes: renumbered,
  };
}

/** The factors of these axes, where they are exactly those of an image's height and width. */
function pooledFactors(flow: Flow, axes: readonly number[]): ReadonlySet<number> | undefined {
  if (!isImage(flow.shape)) return undefined;
  const factors = axes.flatMap((it) => {
    const axis = flow.axes[it];
    return axis === "examples" || axis === undefined ? [Number.NaN] : axis;
  });
  const pixels = flow.shape[0] * flow.shape[1];
  const inOrder = factors.toSorted((a, b) => a - b);
  const product = inOrder.reduce((all, it) => all * (flow.factors[it] ?? Number.NaN), 1);
  return product === pixels && inOrder.every((it, index) => it === index) && axes.length > 0
    ? new Set(factors)
    : undefined;
}
