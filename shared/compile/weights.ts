import type { Stencil, Weight } from "../nodes/kind.ts";
import { randomStream, seedOf } from "../nodes/random.ts";
import { volume } from "../nodes/shape.ts";
import type { Plan } from "./plan.ts";

/** A design's numbers by node id: one array per entry of the step's `weights`, in that order and axis order. */
export type Weights = Readonly<Record<string, readonly Float32Array[]>>;

/** Starting values. Every array has a stream of its own, so adding a layer leaves the other layers' start as it was. */
export function initialWeights(plan: Plan, seed: number): Weights {
  const started: Record<string, readonly Float32Array[]> = {};
  for (const { node, weights } of plan.steps)
    if (weights.length) started[node.id] = weights.map((it) => startOf(it, seedOf(seed, node.id, it.name)));
  return started;
}

/** Whether the weights belong to this plan: same nodes, same number of values in each array. */
export function weightsFit(plan: Pick<Plan, "steps">, weights: Weights): boolean {
  const withWeights = plan.steps.filter((it) => it.weights.length);
  return (
    Object.keys(weights).length === withWeights.length &&
    withWeights.every(({ node, weights: wanted }) => {
      const met = weights[node.id];
      return (
        met?.length === wanted.length && wanted.every((it, index) => met[index]?.length === volume(it.shape))
      );
    })
  );
}

function startOf({ shape, initial }: Weight, seed: number): Float32Array {
  const values = new Float32Array(volume(shape));
  if (initial === "zeros") return values;
  if (initial === "ones") return values.fill(1);
  if (initial !== "glorotUniform") return stencilled(values, shape, initial);
  const limit = glorotLimit(shape);
  const next = randomStream(seed);
  return values.map(() => (2 * next() - 1) * limit);
}

/** The one given kernel in every place of a kernel array whose last axes are height, width, channels, filters. */
function stencilled(
  values: Float32Array,
  shape: readonly number[],
  { cells, across }: Stencil,
): Float32Array {
  const [channels = 1, filters = 1] = shape.slice(-2);
  return values.map((_, at) => {
    const filter = at % filters;
    const channel = Math.floor(at / filters) % channels;
    const cell = Math.floor(at / filters / channels) % cells.length;
    return across === "sum" || filter % channels === channel ? (cells[cell] ?? 0) : 0;
  });
}

/**
 * √(6 / (fan in + fan out)), fans as in Keras: cells of a window times channels (Glorot & Bengio 2010, eq. 16). The
 * positions of a locally connected layer stand before the last four axes and do not count: each has its own kernels.
 */
function glorotLimit(shape: readonly number[]): number {
  const field = volume(shape.slice(-4, -2));
  const fans = field * ((shape.at(-2) ?? 1) + (shape.at(-1) ?? 1));
  return Math.sqrt(6 / fans);
}
