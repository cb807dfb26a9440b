import { runBatchNorm, runBatchNormGradient, runBatchNormTraining } from "../../../simd/run-batch-norm.ts";
import { runLayerNorm, runLayerNormGradient } from "../../../simd/run-layer-norm.ts";
import type { RecordLayer } from "../site.ts";
import { storedOf } from "./sums.ts";

/** Frozen, it normalises by its moving averages and leaves them as they are, as in Keras. */
export const batchNorm: RecordLayer = (site) => {
  const { recorder, step, count } = site;
  const channels = step.output.at(-1) ?? 1;
  const size = { rows: count / channels, channels, epsilon: Number(step.values.epsilon) };
  const [gamma, beta] = [site.stored("gamma"), site.stored("beta")];
  const [mean, variance] = [storedOf(site, "moving_mean"), storedOf(site, "moving_variance")];
  const frozen = step.values.trainable === false;
  const moving = { mean: mean.address, variance: variance.address, momentum: Number(step.values.momentum) };
  const moments = frozen ? moving : { mean: site.keep(channels), variance: site.keep(channels) };
  const x = site.input();
  const operands = { x, gamma: gamma?.address ?? 0, beta: beta?.address ?? 0, out: site.output() };
  if (frozen) runBatchNorm(recorder, size, operands, moments);
  else runBatchNormTraining(recorder, size, operands, moments, moving);
  return (at) => {
    const gradients = {
      ...{ x, dy: at.gradient, gamma: operands.gamma, dx: at.inputGradient() ?? 0 },
      ...{ dgamma: gamma?.gradient ?? 0, dbeta: beta?.gradient ?? 0 },
    };
    runBatchNormGradient(recorder, size, gradients, moments, frozen);
  };
};

export const layerNorm: RecordLayer = (site) => {
  const { recorder, step, count } = site;
  const columns = step.output.at(-1) ?? 1;
  const size = { rows: count / columns, columns };
  const [gamma, beta] = [site.stored("gamma"), site.stored("beta")];
  const moments = site.keep(2 * size.rows);
  const x = site.input();
  const scale = gamma?.address ?? 0;
  runLayerNorm(recorder, size, Number(step.values.epsilon), {
    ...{ x, gamma: scale, beta: beta?.address ?? 0, out: site.output(), moments },
  });
  return (at) =>
    runLayerNormGradient(recorder, size, {
      ...{ x, dy: at.gradient, gamma: scale, moments, dx: at.inputGradient() ?? 0 },
      ...{ dgamma: gamma?.gradient ?? 0, dbeta: beta?.gradient ?? 0 },
    });
};
