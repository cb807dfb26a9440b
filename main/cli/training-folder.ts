import { constants } from "node:fs";
import { access, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plan } from "../../shared/compile/plan.ts";
import type { Weights } from "../../shared/compile/weights.ts";
import { readWeightsFile } from "../../shared/emit/weights-file.ts";
import { stateOfFolder } from "../files/export-files.ts";
import { explain } from "../files/trouble.ts";

type Failed = { readonly failed: string };

/** Makes the folder for a result, before hours are spent on the result. Refuses one that holds something already. */
export async function freshFolder(folder: string): Promise<Failed | undefined> {
  try {
    if ((await stateOfFolder(folder)) === "taken")
      return { failed: `The folder “${folder}” is not empty. Name a new one, or empty it first.` };
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return { failed: explain(error, "export", folder) };
  }
}

/** In the folder that `train --out` writes. */
export const weightsName = "weights.npz";

/** The weights that `train --out` has written. Refuses those of another design. */
export async function readTrainedWeights(
  folder: string,
  plan: Plan,
): Promise<{ readonly weights: Weights } | Failed> {
  const path = join(folder, weightsName);
  try {
    const read = readWeightsFile(plan, await readFile(path));
    return "refused" in read ? { failed: `Cannot use “${path}”: ${read.refused}` } : read;
  } catch (error) {
    return { failed: explain(error, "open", path) };
  }
}
