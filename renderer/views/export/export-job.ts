import { type Proof, proofWords } from "../../../shared/emit/proof.ts";
import type { Written } from "../../exchange/exchange.ts";
import type { Host } from "../../host/host.ts";

/** What is known of the files that were made, for the dialog. */
interface Checked {
  /** How they were checked, in a sentence; undefined where there is nothing to check. */
  readonly proof: string | undefined;
  /** They hold weights that could not be read back. */
  readonly unproven: boolean;
}

/** How an export ended. */
export type Outcome =
  | ({ readonly type: "done"; readonly where: string } & Checked)
  /** Made and checked, but it takes another click to save it. */
  | ({ readonly type: "checked"; readonly save: () => Promise<Outcome> } & Checked)
  | { readonly type: "refused"; readonly words: string }
  | { readonly type: "cancelled" };

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
  const checked = checkedBy(written.proof);
  const save = async (): Promise<Outcome> =>
    told(await host.exportFiles({ suggestedName, files: written.files }), checked);
  return mayAsk() ? save() : { type: "checked", save, ...checked };
}

const checkedBy = (proof: Proof | undefined): Checked => ({
  proof: proof && proofWords(proof),
  unproven: proof?.type === "unread",
});

function told(exported: Awaited<ReturnType<Host["exportFiles"]>>, checked: Checked): Outcome {
  switch (exported.type) {
    case "exported":
      return { type: "done", where: exported.where, ...checked };
    case "failed":
      return { type: "refused", words: exported.message };
    case "cancelled":
      return { type: "cancelled" };
  }
}
