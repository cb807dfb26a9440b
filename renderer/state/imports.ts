import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Imported } from "../../shared/import/imported.ts";

/** What became of the model that was opened last, while its dialog is open. */
export type ImportState =
  | { readonly status: "none" }
  | { readonly status: "reading"; readonly name: string }
  | { readonly status: "refused"; readonly name: string; readonly message: string }
  | {
      readonly status: "read";
      readonly name: string;
      readonly imported: Imported;
      /** The file has weights alone, read onto the design on the canvas. */
      readonly weightsAlone: boolean;
    };

export const imports = createStore<ImportState>(() => ({ status: "none" }));
export const useImport = (): ImportState => useStore(imports);
