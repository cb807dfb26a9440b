import { type Proof, proofWords } from "../../../shared/emit/proof.ts";
import type { Written } from "../../exchange/exchange.ts";
import type { Host } from "../../host/host.ts";

/** How an export ended, in words for the dialog. */
export type Outcome =
  | { readonly type: "done"; readonly words: string }
  | { readonly type: "refused"; readonly words: string }
  | { readonly type: "cancelled" }
  /** Made and checked, but it takes another click to save it. */
  | { readonly type: "checked"; readonly words: string; readonly save: () => Promise<Outcome> };

interface ExportJob {
  /** Makes the files in the exchange worker, which proves them. */
  readonly write: () => Promise<Written>;
  /** The file's name, or the folder's that several files go into. */
  readonly suggestedName: string;
  readonly host: Pick<Host, "exportFiles">;
  /** Whether a dialog may open now: a browser allows it only for a few seconds after a click. */
  readonly mayAsk: () => boolean;
}

/** Makes the files of a format and hands them to the world outside. */
export async function exportDesign({ write, suggestedName, host, mayAsk }: ExportJob): Promise<Outcome> {
  const written = await write();
  if (written.type === "cancelled") return written;
  if (written.type === "refused") return { type: "refused", words: written.message };
  const save = async (): Promise<Outcome> =>
    told(await host.exportFiles({ suggestedName, files: written.files }), written.proof);
  if (mayAsk()) return save();
  const checked = written.proof ? proofWords(written.proof) : "The file is ready.";
  return { type: "checked", words: checked, save };
}

type Exported = Awaited<ReturnType<Host["exportFiles"]>>;

function told(exported: Exported, proof: Proof | undefined): Outcome {
  switch (exported.type) {
    case "exported":
      return { type: "done", words: `${proof ? `${proofWords(proof)} ` : ""}Saved as ${exported.where}.` };
    case "failed":
      return { type: "refused", words: exported.message };
    case "cancelled":
      return { type: "cancelled" };
  }
}
