import { type Format, formats } from "../emit/index.ts";
import type { Proof } from "../emit/proof.ts";
import { type Wanted, writeFormat } from "../emit/write-format.ts";
import type { ExportStage } from "../protocol/exchange.ts";
import type { NamedBytes } from "../protocol/training.ts";
import { exportTfjs } from "./export.ts";

/** The files, one or a folder's, with what proves them where they hold weights; or why there are none, in a sentence. */
export type Made =
  | { readonly files: readonly NamedBytes[]; readonly proof?: Proof }
  | { readonly refused: string };

/** Writes a design in any format. A tfjs model is loaded again before it is handed out, on the current tfjs backend. */
export async function makeExport(wanted: Wanted, reached?: (stage: ExportStage) => void): Promise<Made> {
  const format: Format = formats[wanted.format];
  reached?.("writing");
  if (format.makes !== "tfjs") {
    const file = await writeFormat(format, wanted);
    return "refused" in file ? file : { files: [file] };
  }
  const { subject, given } = wanted;
  const made = await exportTfjs(subject.plan, given.weights);
  if ("refused" in made) return made;
  const { files, largestDifference } = made;
  // tfjs has loaded them itself, which proves more than a reader of ours could.
  return { files, proof: { type: "predictions", largestDifference } };
}
