import { type Activation, leakySlope } from "../../../nodes/activation-functions.ts";
import { isImage } from "../../../nodes/shape.ts";
import { dimsOf, type Flow, meaning, through } from "../flow.ts";
import { axisOf, gap, type Readers, real, type Site, shortest, text, whole } from "../site.ts";

const differing = (met: number, ours: number, words: string): string | undefined =>
  Math.abs(met - ours) < 1e-6
    ? undefined
    : `${words} is ${shortest(met)} in the file and ${ours} in the design.`;

export const activations: Readers = {
  Relu: (site) => activate(site, "relu"),
  LeakyRelu: (site) =>
    activate(site, "leakyRelu", differing(real(site, "alpha", 0.01), leakySlope, "Its slope below zero")),
  PRelu: (site) =>
    activate(site, "leakyRelu", `Its learned slopes below zero became ${leakySlope}, which does not learn.`),
  ThresholdedRelu: (site) => activate(site, "relu", differing(real(site, "alpha", 1), 0, "Its threshold")),
  Elu: (site) => activate(site, "elu", differing(real(site, "alpha", 1), 1, "Its alpha")),
  Selu: (site) => activate(site, "selu", seluDifference(site)),
  Gelu: (site) =>
    activate(
      site,
      "gelu",
      text(site, "approximate", "none") === "none"
        ? undefined
        : "It is approximated by tanh in the file and exact in the design.",
    ),
  Sigmoid: (site) => activate(site, "sigmoid"),
  HardSigmoid: (site) =>
    activate(site, "sigmoid", "It is made of straight lines in the file and smooth in the design."),
  Swish: (site) => activate(site, "swish"),
  HardSwish: (site) =>
    activate(
      site,
      "swish",
      "It is made of a parabola and straight lines in the file and smooth in the design.",
    ),
  Tanh: (site) => activate(site, "tanh"),
  Softplus: (site) => activate(site, "softplus"),
  Clip: clip,
  Softmax: softmax,
  LogSoftmax: (site) => softmax(site, "The file gives their logarithms, the design the probabilities."),
};

/** Klambauer et al. 2017; ONNX's defaults since Selu-6. */
const selu = { alpha: 1.673263, gamma: 1.050701 };
const seluDifference = (site: Site): string | undefined =>
  differing(real(site, "alpha", selu.alpha), selu.alpha, "Its alpha") ??
  differing(real(site, "gamma", selu.gamma), selu.gamma, "Its gamma");

/** The function of a layer that sums, where it follows one that nothing else takes; else a layer of its own. */
function activate(site: Site, name: Activation, difference?: string): Flow {
  const flow = site.flow(0);
  const { layer } = flow;
  if (layer?.values.activation === "linear" && site.continues(0)) {
    layer.values.activation = name;
    site.note(difference ?? "", layer, difference !== undefined);
    return flow;
  }
  const added = site.place("activation", { function: name }, [flow]);
  if (difference) added.differences.push(difference);
  return through(flow, added);
}

/** Clip-6 has its limits as attributes, Clip-11 and later as inputs; both may be left out. */
function clip(site: Site): Flow {
  const limit = (slot: number, name: string, otherwise: number): number => {
    if (!site.has(slot)) return real(site, name, otherwise);
    return site.known(slot)?.at(0) ?? gap("Its limits are worked out from the examples.");
  };
  const low = limit(1, "min", Number.NEGATIVE_INFINITY);
  const high = limit(2, "max", Number.POSITIVE_INFINITY);
  // Limits of float32 are no limits.
  const isOpen = high > 1e38;
  if (low === 0)
    return activate(
      site,
      "relu",
      isOpen ? undefined : `Values above ${shortest(high)} are cut off in the file and not in the design.`,
    );
  if (low < -1e38 && isOpen) {
    site.note("It cuts off nothing.");
    return site.flow(0);
  }
  if (low === -1 && high === 1)
    return activate(site, "tanh", "It is made of straight lines in the file and smooth in the design.");
  gap(`It cuts off below ${shortest(low)} and above ${shortest(high)}, which no layer does.`);
}

/**
 * Over the channels of each pixel, or over a vector. Up to opset 12 the axes from `axis` on, 1 if left out, are one
 * (Softmax-1, -11); from 13 on it is one axis, the last if left out.
 */
function softmax(site: Site, difference?: string): Flow {
  const flow = site.flow(0);
  const count = flow.axes.length;
  const axis = axisOf(whole(site, "axis", site.opset < 13 ? 1 : -1), count);
  const joint = site.opset < 13 ? flow.axes.map((_, place) => place).slice(axis) : [axis];
  const dims = dimsOf(flow);
  const sizable = joint.filter((it) => dims[it] !== 1);
  const wanted = isImage(flow.shape) ? 2 : 0;
  const [only] = sizable;
  const isVectors =
    !isImage(flow.shape) && sizable.reduce((all, it) => all * (dims[it] ?? 1), 1) === flow.shape[0];
  const isChannels = sizable.length === 1 && only !== undefined && meaning(flow, only) === wanted;
  if (!isVectors && !isChannels && !(sizable.length === 0 && flow.shape[wanted] === 1))
    gap(
      `It runs over axis ${axis} of ${count}, and a softmax of the design over the channels of each pixel or over a vector.`,
    );
  return activate(site, "softmax", difference);
}
