import type { Weights } from "../compile/weights.ts";
import type { FormatName } from "../emit/index.ts";
import type { Proof } from "../emit/proof.ts";
import type { Theme } from "../emit/svg/theme.ts";
import type { Design } from "../graph/graph.ts";
import type { GivenFile, Import } from "../import/imported.ts";
import type { DataChoice } from "../train/dataset.ts";
import type { Recipe } from "../train/recipe.ts";
import type { NamedBytes } from "./training.ts";

/**
 * To the exchange worker, which writes and reads models beside the training worker. `request` is a number that the window
 * chooses; each is answered once. Graphs cross, never plans. Whoever gives up a request ends the worker.
 */
export type ExchangeOrder =
  /** Which formats cannot hold the design; answered by `checked`. */
  | { readonly type: "check"; readonly request: number; readonly design: Design }
  /** Write the design in a format and prove what was written; answered by `exported` or `refused`. */
  | {
      readonly type: "export";
      readonly request: number;
      readonly format: FormatName;
      readonly design: Design;
      readonly recipe: Recipe;
      readonly data: DataChoice;
      /** Trained or imported ones; those that the recipe's seed starts with when left out. */
      readonly weights?: Weights;
      /** Of a picture. */
      readonly theme?: Theme;
    }
  /** Read a model's files; answered by `imported`. Files that hold weights alone go onto the design. */
  | {
      readonly type: "import";
      readonly request: number;
      readonly files: readonly GivenFile[];
      readonly onto?: Design;
    };

/** By format, why it cannot hold a design, in a sentence. */
export type Refusals = Readonly<Partial<Record<FormatName, string>>>;

/** What an export does at the moment. */
export type ExportStage = "writing" | "proving";

export type ExchangeNews =
  | { readonly type: "stage"; readonly request: number; readonly stage: ExportStage }
  | {
      readonly type: "exported";
      readonly request: number;
      readonly files: readonly NamedBytes[];
      /** Of formats that hold weights. */
      readonly proof?: Proof;
    }
  | { readonly type: "checked"; readonly request: number; readonly refusals: Refusals }
  | { readonly type: "imported"; readonly request: number; readonly answer: Import }
  /** A sentence; a bug of ours or a lack of memory is told in words as well. */
  | { readonly type: "refused"; readonly request: number; readonly message: string };
