import { type Format, type FormatName, formats } from "../../../shared/emit/index.ts";
import type { GivenWeights, Subject } from "../../../shared/emit/subject.ts";
import type { Host } from "../../host/host.ts";
import type { ModelFiles } from "../../state/session.ts";
import type { Theme } from "../../ui/map-palettes.ts";

/** How an export ended, in words for the dialog. */
export type Outcome =
  | { readonly type: "done"; readonly words: string }
  | { readonly type: "refused"; readonly words: string }
  | { readonly type: "cancelled" }
  /** Made and checked, but it takes another click to save it. */
  | { readonly type: "checked"; readonly words: string; readonly save: () => Promise<Outcome> };

interface ExportJob {
  readonly format: FormatName;
  readonly subject: Subject;
  readonly theme: Theme;
  /** Builds the files in the worker, which loads them again and compares predictions. */
  readonly buildModel: () => Promise<ModelFiles>;
  /** The numbers for a format that is made here. */
  readonly weights: () => GivenWeights;
  readonly host: Pick<Host, "exportFiles">;
  /** Whether a dialog may open now: a browser allows it only for a few seconds after a click. */
  readonly mayAsk: () => boolean;
}

/** Makes the files of a format and hands them to the world outside. */
export async function exportDesign(job: ExportJob): Promise<Outcome> {
  const { format, subject, theme, buildModel, weights, host, mayAsk } = job;
  const made: Format = formats[format];
  const stem = fileStem(subject.title);
  if (made.makes === "text") {
    const name = `${stem}.${made.extension}`;
    const bytes = new TextEncoder().encode(made.emit(subject, theme));
    return told(await host.exportFiles({ suggestedName: name, files: [{ name, bytes }] }), "");
  }
  if (made.makes === "file") {
    const name = made.fileName ?? `${stem}.${made.extension}`;
    const file = await made.write(subject, weights());
    if ("refused" in file) return { type: "refused", words: file.refused };
    return told(await host.exportFiles({ suggestedName: name, files: [{ name, bytes: file.bytes }] }), "");
  }
  const model = await buildModel();
  if (model.type === "refused") return { type: "refused", words: model.message };
  const checked = `Loaded again and compared: ${difference(model.largestDifference)}.`;
  const save = async (): Promise<Outcome> =>
    told(await host.exportFiles({ suggestedName: `${stem}-tfjs`, files: model.files }), checked);
  return mayAsk() ? save() : { type: "checked", words: checked, save };
}

type Exported = Awaited<ReturnType<Host["exportFiles"]>>;

function told(exported: Exported, checked: string): Outcome {
  switch (exported.type) {
    case "exported":
      return { type: "done", words: `${checked} Saved as ${exported.where}.`.trim() };
    case "failed":
      return { type: "refused", words: exported.message };
    case "cancelled":
      return { type: "cancelled" };
  }
}

const difference = (largest: number): string =>
  largest === 0
    ? "the predictions are equal"
    : `largest difference ${largest.toExponential(0).replace("-", "−")}`;

/** A design's name as a file name that every system takes. */
export const fileStem = (title: string): string =>
  title
    .replace(/[\\/:*?"<>|\p{Cc}]+/gu, "-")
    .replace(/^[\s.-]+|[\s.]+$/gu, "")
    .slice(0, 80) || "design";
