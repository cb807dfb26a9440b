import { compile } from "../compile/compile.ts";
import type { Plan } from "../compile/plan.ts";
import type { Weights } from "../compile/weights.ts";
import type { FormatName } from "../emit/index.ts";
import { type Proof, toleratedDifference } from "../emit/proof.ts";
import { readWeightsFile } from "../emit/weights-file.ts";
import type { Design } from "../graph/graph.ts";
import type { GivenFile, Imported } from "../import/imported.ts";
import { importModel } from "../import/index.ts";
import { sameShape, show } from "../nodes/shape.ts";
import { largestDifference, predictions } from "./predictions.ts";

/** What left the app, and the files that it left as. */
export interface Exported {
  readonly design: Design;
  /** Of the design; ready. */
  readonly plan: Plan;
  /** They fit the plan. */
  readonly weights: Weights;
  readonly files: readonly GivenFile[];
}

type Refused = { readonly refused: string };
type Read = { readonly weights: Weights | undefined } | Refused;

/** What each format's bytes are held against, where the app can read them. */
const proofs: Partial<Record<FormatName, (exported: Exported) => Promise<Proof | Refused>>> = {
  onnx: samePredictions,
  keras: samePredictions,
  h5: samePredictions,
  safetensors: ({ files, ...its }) => equalNumbers(its, () => importModel(files, its.design)),
  npz: ({ files: [file], ...its }) =>
    equalNumbers(its, () => readWeightsFile(its.plan, file?.bytes ?? new Uint8Array())),
};

/**
 * Reads the very bytes of an export with the app's own readers and compares: predictions of random examples where the
 * format holds the structure, every single number where it holds weights alone. Refuses, with a sentence, bytes that
 * cannot be read or hold something else. Computes on the current tfjs backend.
 */
export function proveExport(format: FormatName, exported: Exported): Promise<Proof | Refused> {
  const prove = proofs[format];
  if (prove) return prove(exported);
  return Promise.resolve({
    type: "unread",
    why: "Not loaded again, because the app has no reader of this format.",
  });
}

/** The weights in the files are, number by number, those of the design. */
async function equalNumbers(
  { plan, weights }: Omit<Exported, "files">,
  readBack: () => Read | Promise<Read>,
): Promise<Proof | Refused> {
  if (plan.totals.parameters === 0)
    return { type: "unread", why: "The design has no weights, so the file holds none." };
  const read = await readBack();
  if ("refused" in read) return unreadable(read.refused);
  for (const { node, weights: stored } of plan.steps)
    for (const [index, { name }] of stored.entries()) {
      const [given, met] = [weights[node.id]?.[index], read.weights?.[node.id]?.[index]];
      if (!given || !met || given.length !== met.length || !given.every((it, at) => it === met[at]))
        return { refused: `Read back, the ${name} of ${node.id} holds other numbers. ${report}` };
    }
  return { type: "numbers", count: plan.totals.parameters };
}

/** The files hold a network that predicts what the design predicts. */
async function samePredictions({ plan, weights, files }: Exported): Promise<Proof | Refused> {
  const read = await importModel(files);
  if ("refused" in read) return unreadable(read.refused);
  const gap = read.report.find((it) => it.fate === "refused");
  if (gap)
    return { type: "unread", why: `Not loaded again, because the app's own reader lacks ${gap.source}.` };
  const again = networkOf(read);
  if (!again) return { refused: `Loaded again, the file holds no complete network. ${report}` };
  const [ours, theirs] = [await predictions(plan, weights), await predictions(again.plan, again.weights)];
  if (!sameShape(ours.shape, theirs.shape))
    return {
      refused: `Loaded again, the file gives ${show(theirs.shape.slice(1))} and not ${show(ours.shape.slice(1))}. ${report}`,
    };
  const difference = largestDifference(ours.values, theirs.values);
  // NaN must not look like no difference.
  if (!(difference <= toleratedDifference))
    return {
      refused: `Loaded again, the file predicts something else than the design: they differ by ${difference.toPrecision(2)}. ${report}`,
    };
  return { type: "predictions", largestDifference: difference };
}

const report = "Nothing was exported; please report it with the design.";
const unreadable = (why: string): Refused => ({
  refused: `The written file cannot be read again: ${why} ${report}`,
});

function networkOf({
  design,
  weights = {},
}: Imported): { readonly plan: Plan; readonly weights: Weights } | undefined {
  const plan = compile(design);
  const isWhole =
    plan.ready && plan.steps.every((it) => it.weights.length === (weights[it.node.id]?.length ?? 0));
  return isWhole ? { plan, weights } : undefined;
}
