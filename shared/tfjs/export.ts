import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import * as tfl from "@tensorflow/tfjs-layers";
import { originalsOf } from "../compile/originals.ts";
import type { Plan } from "../compile/plan.ts";
import type { Weights } from "../compile/weights.ts";
import { toleratedDifference } from "../emit/proof.ts";
import { loweringOf } from "../lowering/lower.ts";
import type { NamedBytes } from "../protocol/training.ts";
import { allFinite, fill, wireUp } from "./build.ts";
import { type Layer, stockLayer } from "./layers.ts";
import { largestDifference, predictions } from "./predictions.ts";
import { tfjsRefusal } from "./refusals.ts";
import { stockCalls } from "./stock-calls.ts";

export type TfjsExport =
  | {
      readonly files: readonly NamedBytes[];
      /** Between the network's predictions and those of the files loaded again; relative where values exceed 1. */
      readonly largestDifference: number;
    }
  | { readonly refused: string };

/**
 * `model.json` and `weights.bin` in tfjs's layers-model format, which `tf.loadLayersModel` of any tfjs 4 loads without
 * code of ours. Layer names are node ids, the model is called `title`. Before it answers, it loads the bytes again on the current backend and
 * compares predictions of random examples with those of the network that trains. Layers that tfjs lacks stand there as
 * several that it has: a pixel shuffle and blending as frozen tables, locally connected as a depthwise layer over unfolded
 * windows. Refuses, with a sentence, weights that are not finite, such a layer with too large a table, and files that
 * predict something else. The plan must be ready and the weights fit.
 */
export async function exportTfjs(plan: Plan, weights: Weights, title?: string): Promise<TfjsExport> {
  if (!allFinite(weights))
    return {
      refused:
        "The weights hold values that are no finite numbers. Train again with a smaller learning rate.",
    };
  const refused = tfjsRefusal(plan);
  if (refused) return { refused };
  await tf.ready();
  const files = await filesOf(plan, weights, title);
  const difference = await differenceOf(plan, weights, files);
  if (!(difference <= toleratedDifference))
    return {
      refused: `The exported files predict something else than the design: they differ by ${difference.toPrecision(2)}. Nothing was exported.`,
    };
  return { files, largestDifference: difference };
}

async function filesOf(
  plan: Plan,
  weights: Weights,
  title: string | undefined,
): Promise<readonly NamedBytes[]> {
  const { model, dispose } = stockModel(plan, weights, title);
  const saved: tf.io.ModelArtifacts[] = [];
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved.push(artifacts);
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    }),
  );
  dispose();
  const [artifacts] = saved;
  if (!artifacts?.weightData || !artifacts.weightSpecs) throw new Error("tfjs saved nothing.");
  const { modelTopology, format, generatedBy, convertedBy, weightSpecs, weightData } = artifacts;
  const json = {
    modelTopology,
    format,
    generatedBy,
    convertedBy,
    weightsManifest: [{ paths: [weightsName], weights: weightSpecs }],
    userDefinedMetadata: { receptive: originalsOf(plan) },
  };
  return [
    { name: "model.json", bytes: Uint8Array.from(new TextEncoder().encode(JSON.stringify(json))) },
    { name: weightsName, bytes: new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)) },
  ];
}

const weightsName = "weights.bin";

/** The design as drawn, from tfjs's own layers only. */
function stockModel(
  plan: Plan,
  weights: Weights,
  title: string | undefined,
): { readonly model: tfl.LayersModel; readonly dispose: () => void } {
  const layers: Layer[] = [];
  const { entrances, outputs, stored } = wireUp(plan, stockCalls, (call, name) => {
    const layer = stockLayer(call, name);
    layers.push(layer);
    return layer;
  });
  const lowered = plan.steps.flatMap((step) => {
    const lowering = loweringOf(step);
    return lowering ? [{ id: step.node.id, lowering }] : [];
  });
  const ids = new Set(lowered.map((it) => it.id));
  fill({ ...plan, steps: plan.steps.filter((it) => !ids.has(it.node.id)) }, stored, weights);
  for (const { id, lowering } of lowered) {
    const kept = layers
      .filter((it) => it.name === id || it.name.startsWith(`${id}.`))
      .flatMap((it) => it.weights);
    for (const [index, { shape, values }] of lowering.layers
      .flatMap((it) => it.arrays?.(weights[id] ?? []) ?? [])
      .entries())
      tf.tidy(() => void kept[index]?.write(tf.tensor(Float32Array.from(values), [...shape])));
  }
  const output = outputs.get(plan.output?.node.id ?? "");
  if (!output) throw new Error("The design has no output.");
  return {
    model: tfl.model({ inputs: entrances, outputs: output, ...(title ? { name: title } : {}) }),
    dispose: () => tf.dispose(layers.flatMap((it) => it.weights.map((weight) => weight.read()))),
  };
}

/** How far predictions of the files are from those of the design, at most; infinite where they have another shape. */
export async function differenceOf(
  plan: Plan,
  weights: Weights,
  files: readonly NamedBytes[],
): Promise<number> {
  const { examples, values } = await predictions(plan, weights);
  const loaded = await tfl.loadLayersModel(tf.io.fromMemory(artifactsFrom(files)));
  const said = tf.tidy(() => loaded.predict(tf.tensor(examples.values, [...examples.shape])) as tf.Tensor);
  const difference = largestDifference(values, await said.data<"float32">());
  said.dispose();
  loaded.dispose();
  return difference;
}

/** Reads the very bytes that are handed out. */
function artifactsFrom(files: readonly NamedBytes[]): tf.io.ModelArtifacts {
  const [model, weights] = files;
  const { weightsManifest, ...json } = JSON.parse(new TextDecoder().decode(model?.bytes)) as tf.io.ModelJSON;
  const weightSpecs = weightsManifest.flatMap((it) => it.weights);
  return { ...json, weightSpecs, weightData: weights?.bytes.slice().buffer ?? new ArrayBuffer(0) };
}
