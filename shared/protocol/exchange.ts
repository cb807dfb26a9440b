import type { Weights } from "../compile/weights.ts";
import type { FormatName } from "../emit/index.ts";
import type { Proof } from "../emit/proof.ts";
import type { Theme } from "../emit/svg/theme.ts";
import type { Design } from "../graph/graph.ts";
import type { DataChoice } from "../train/dataset.ts";
import type { Recipe } from "../train/recipe.ts";
import type { NamedBytes } from "./training.ts";

/**
 * To the exchange worker, which writes and reads models beside the training worker. `request` is a number that the window
 * chooses; each is answered once. Graphs cross, never plans. Whoever gives up a request ends the worker.
 *
 * `export`: write the design in a format and prove what was written; answered by `exported` or `exportRefused`.
 */
export type ExchangeOrder = {
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
};

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
  | { readonly type: "exportRefused"; readonly request: number; readonly message: string };
