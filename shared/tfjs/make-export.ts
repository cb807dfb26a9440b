import { compile } from "../compile/compile.ts";
import { bundle, type Supplies } from "../emit/bundle/bundle.ts";
import { exportName } from "../emit/file-name.ts";
import { type Format, type FormatGroup, formats } from "../emit/index.ts";
import { type Proof, proofWords } from "../emit/proof.ts";
import { type Wanted, writeFormat } from "../emit/write-format.ts";
import type { Document } from "../graph/document.ts";
import type { Design } from "../graph/graph.ts";
import { writeDocument } from "../graph/write-document.ts";
import type { ExportStage } from "../protocol/exchange.ts";
import type { NamedBytes } from "../protocol/training.ts";
import { knownDataShape } from "../train/dataset.ts";
import { exportTfjs } from "./export.ts";
import { predictionsFor } from "./predictions.ts";
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
  if (format.makes === "bundle") {
    const packed = await bundle(subject, given, suppliesOf(wanted, design));
    if ("refused" in packed) return packed;
    return { files: [{ name: exportName(wanted.format, format, subject.title), bytes: packed.bytes }] };
  }
  const file = await writeFormat(format, wanted);
  if ("refused" in file) return file;
  if (!format.needsWeights) return { files: [file] };
  reached?.("proving");
  const proof = await proveExport(wanted.format, { ...subject, ...given, design, files: [file] });
  return "refused" in proof ? proof : { files: [file], proof };
}

/** Each format of a bundle is made, and proved, as an export of its own. */
const suppliesOf = (wanted: Wanted, design: Design): Supplies => ({
  document: writeDocument({ designs: [design], ...documentOf(wanted) }),
  predict: (examples) => predictionsFor(wanted.subject.plan, wanted.given.weights, examples),
  async make(format) {
    const group: FormatGroup = formats[format].group;
    // A program also loads the data, which must fit.
    const { plan } = wanted.subject;
    const fitting =
      group === "program" ? compile(design, { data: knownDataShape(wanted.subject.data) }) : plan;
    const trouble = fitting.problems.find((it) => it.severity === "error");
    if (trouble) return { refused: trouble.message };
    const made = await makeExport({ ...wanted, format }, design);
    if ("refused" in made) return made;
    return { files: made.files, ...(made.proof ? { proof: proofWords(made.proof) } : {}) };
  },
});

const documentOf = ({ subject: { data, recipe } }: Wanted): Omit<Document, "designs"> => ({ data, recipe });
