import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import * as tfl from "@tensorflow/tfjs-layers";
import type { Plan } from "../compile/plan.ts";
import type { Weights } from "../compile/weights.ts";
import { randomStream } from "../nodes/random.ts";
import { show, volume } from "../nodes/shape.ts";
import type { NamedBytes } from "../protocol/training.ts";
import { allFinite, buildNetwork, fill, wireUp } from "./build.ts";
import { inputShape } from "./evaluate.ts";
import { type Layer, stockLayer } from "./layers.ts";
import { canLower, permutationMatrix, stockCalls } from "./lower.ts";
import { forward } from "./step.ts";

export type TfjsExport =
  | {
      readonly files: readonly NamedBytes[];
      /** Between the network's predictions and those of the files loaded again; relative where values exceed 1. */
      readonly largestDifference: number;
    }
  | { readonly refused: string };

const tolerated = 1e-5;

/**
 * `model.json` and `weights.bin` in tfjs's layers-model format, which `tf.loadLayersModel` of any tfjs 4 loads without
 * code of ours. Layer names are node ids. Before it answers, it loads the bytes again on the current backend and
 * compares predictions of random images with those of the network that trains. Refuses, with a sentence, weights
 * that are not finite, a pixel shuffle too large for a file, and files that predict something else. The plan must be
 * ready and the weights fit.
 */
export async function exportTfjs(plan: Plan, weights: Weights): Promise<TfjsExport> {
  if (!allFinite(weights))
    return {
      refused:
        "The weights hold values that are no finite numbers. Train again with a smaller learning rate.",
    };
  const shuffled = plan.steps.find((it) => it.node.kind === "shufflePixels" && !canLower(it));
  if (shuffled)
    return {
      refused: `${shuffled.kind.title} of ${show(shuffled.output)} is too large for a tfjs file, which needs a table of all places by all places.`,
    };
  await tf.ready();
  const files = await filesOf(plan, weights);
  const largestDifference = await differenceOf(plan, weights, files);
  if (!(largestDifference <= tolerated))
    return {
      refused: `The exported files predict something else than the design: they differ by ${largestDifference.toPrecision(2)}. Nothing was exported.`,
    };
  return { files, largestDifference };
}

async function filesOf(plan: Plan, weights: Weights): Promise<readonly NamedBytes[]> {
  const { model, dispose } = stockModel(plan, weights);
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
): { readonly model: tfl.LayersModel; readonly dispose: () => void } {
  const layers = new Map<string, Layer>();
  const { entrances, outputs, stored } = wireUp(plan, stockCalls, (call, name) => {
    const layer = stockLayer(call, name);
    layers.set(name, layer);
    return layer;
  });
  fill(plan, stored, weights);
  for (const step of plan.steps.filter((it) => it.node.kind === "shufflePixels")) {
    const { id } = step.node;
    const [kernel] = (layers.get(`${id}.dense`) ?? layers.get(id))?.weights ?? [];
    const matrix = permutationMatrix(step);
    kernel?.write(matrix);
    matrix.dispose();
  }
  const output = outputs.get(plan.output?.node.id ?? "");
  if (!output) throw new Error("The design has no output.");
  return {
    model: tfl.model({ inputs: entrances, outputs: output }),
    dispose: () =>
      tf.dispose([...layers.values()].flatMap((it) => it.weights.map((weight) => weight.read()))),
  };
}

/** How far predictions of the files are from those of the design, at most; infinite where they have another shape. */
export async function differenceOf(
  plan: Plan,
  weights: Weights,
  files: readonly NamedBytes[],
): Promise<number> {
  const network = buildNetwork(plan, weights, 0);
  const loaded = await tfl.loadLayersModel(tf.io.fromMemory(artifactsFrom(files)));
  const compared = tf.tidy(() => {
    const shape = [4, ...inputShape(network)];
    const next = randomStream(1);
    const images = tf.tensor(Float32Array.from({ length: volume(shape) }, next), shape);
    const drawn = forward(network, images, false);
    const { softmaxLeftOut } = network;
    return [softmaxLeftOut ? tf.softmax(drawn) : drawn, loaded.predict(images) as tf.Tensor] as const;
  });
  const [ours, theirs] = [await compared[0].data<"float32">(), await compared[1].data<"float32">()];
  tf.dispose([...compared]);
  loaded.dispose();
  network.dispose();
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  return ours.reduce((most, it, index) => {
    const apart = Math.abs(it - (theirs[index] ?? Number.NaN)) / Math.max(1, Math.abs(it));
    // NaN must not look like no difference.
    return Math.max(apart, most);
  }, 0);
}

/** Reads the very bytes that are handed out. */
function artifactsFrom(files: readonly NamedBytes[]): tf.io.ModelArtifacts {
  const [model, weights] = files;
  const { weightsManifest, ...json } = JSON.parse(new TextDecoder().decode(model?.bytes)) as tf.io.ModelJSON;
  const weightSpecs = weightsManifest.flatMap((it) => it.weights);
  return { ...json, weightSpecs, weightData: weights?.bytes.slice().buffer ?? new ArrayBuffer(0) };
}
