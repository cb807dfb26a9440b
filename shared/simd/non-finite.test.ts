// NaN and infinity in every input of every kernel: a training that diverges must show it. What a number that is not
// finite does is compared with tfjs's cpu kernels. Where those are silent or wrong the definition counts, and is said.

import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { startPools } from "./testing/arrays.ts";
import { convolutions } from "./testing/non-finite/convolutions.ts";
import { copies } from "./testing/non-finite/copies.ts";
import { elementwise } from "./testing/non-finite/elementwise.ts";
import { normalizations } from "./testing/non-finite/normalizations.ts";
import { optimizers } from "./testing/non-finite/optimizers.ts";
import { pools as pooling } from "./testing/non-finite/pools.ts";
import { reductions } from "./testing/non-finite/reductions.ts";
import type { Checks, KernelName } from "./testing/non-finite/trial.ts";

const table: Readonly<Record<KernelName, Checks>> = {
  ...convolutions,
  ...copies,
  ...elementwise,
  ...normalizations,
  ...optimizers,
  ...pooling,
  ...reductions,
};

/** In the order of their numbers. The file is read because a constant enum has no list of its names. */
const source = readFileSync(new URL("./kernels/protocol.ts", import.meta.url), "utf8");
const kernels = (/enum Kernel \{([^}]*)\}/.exec(source)?.[1]?.match(/\w+(?=,)/g) ?? []) as KernelName[];

describe("NaN and infinity do what they do in tfjs, on one thread and on three", () => {
  let pools: readonly SimdBackend[];
  beforeAll(async () => {
    pools = await startPools([1, 3]);
    await tf.setBackend("cpu");
  });

  test("in as many kernels as there are", () => {
    expect(kernels.length).toBeGreaterThan(50);
    expect(Object.keys(table).toSorted()).toEqual(kernels.toSorted());
  });

  test.each(kernels)("%s", (name) => {
    const launches = pools.map((pool) => vi.spyOn(pool, "run"));
    const wrong = table[name].flatMap((check) => check(pools));
    const shares = launches.map(({ mock }) =>
      Math.max(...mock.calls.filter(([id]) => kernels[id] === name).map(([, count]) => count)),
    );
    for (const it of launches) it.mockRestore();
    expect(wrong.slice(0, 8)).toEqual([]);
    // The kernel itself was launched, and shared; the addition of a layer norm's parts is too short for that.
    expect([shares[0], (shares[1] ?? 0) > 1]).toEqual([1, name !== "layerNormParts"]);
  });
});
