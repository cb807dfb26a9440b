import { type Format, formats } from "../emit/index.ts";
import type { Proof } from "../emit/proof.ts";
import { type Wanted, writeFormat } from "../emit/write-format.ts";
import type { Design } from "../graph/graph.ts";
import type { ExportStage } from "../protocol/exchange.ts";
import type { NamedBytes } from "../protocol/training.ts";
import { exportTfjs } from "./export.ts";
import { proveExport } from "./prove-export.ts";

/** The files, one or a folder's, with what proves them where they hold weights; or why there are none, in a sentence. */
export type Made =
  | { readonly files: readonly NamedBytes[]; readonly proof?: Proof }
  | { readonly refused: string };

/**
 * Writes a design in any format. What holds weights is loaded again before it is handed out (`proveExport`) and refused
 * when it holds something else. Uses the current tfjs backend where there are weights.
 */
export async function makeExport(
  wanted: Wanted,
  design: Design,
  reached?: (stage: ExportStage) => void,
): Promise<Made> {
  const format: Format = formats[wanted.format];
  const { subject, given } = wanted;
  reached?.("writing");
  if (format.makes === "tfjs") {
    const made = await exportTfjs(subject.plan, given.weights, subject.title);
    if ("refused" in made) return made;
    const { files, largestDifference } = made;
    // tfjs has loaded them itself, which proves more than a reader of ours could.
    return { files, proof: { type: "predictions", largestDifference } };
  }
  const file = await writeFormat(format, wanted);
  if ("refused" in file) return file;
  if (!format.needsWeights) return { files: [file] };
  reached?.("proving");
  const proof = await proveExport(wanted.format, { ...subject, ...given, design, files: [file] });
  return "refused" in proof ? proof : { files: [file], proof };
}
