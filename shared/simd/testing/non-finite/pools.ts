import * as tf from "@tensorflow/tfjs-core";
import { Kernel } from "../../kernels/protocol.ts";
import { runGlobalAverageGradient, runGlobalMax, runGlobalMaxGradient } from "../../run-global-pool.ts";
import { mergeWorkspace, runMerge, runMergeGradient } from "../../run-merge.ts";
import { runPool } from "../../run-pool.ts";
import { sizeOf } from "../../shape.ts";
import { largestOf, windowsOf } from "./definitions.ts";
import { draw, kernel, onCpu, trial } from "./trial.ts";

/** Windows of two by two side by side have loops of their own. */
const infos = [
  tf.backend_util.computePool2DInfo([2, 4, 6, 6], 2, 2, 1, "valid"),
  tf.backend_util.computePool2DInfo([3, 5, 6, 5], 3, 2, 1, "same"),
];
const attributesOf = (info: tf.backend_util.Conv2DInfo): tf.NamedAttrMap => ({
  filterSize: info.filterHeight,
  strides: info.strideHeight,
  pad: info.padInfo.type === "SAME" ? "same" : "valid",
});

const [images, pixels, channels] = [3, 7, 5];
const global = { images, pixels, channels };
/** For each number of a global pool the places that it is the largest of. */
const globalWindows = Array.from({ length: images * channels }, (_, to) =>
  Array.from(
    { length: pixels },
    (_, pixel) => (Math.floor(to / channels) * pixels + pixel) * channels + (to % channels),
  ),
);

/** The last input is repeated along its rows. */
const merge = {
  operation: "maximum",
  shape: [3, 5],
  shapes: [
    [3, 5],
    [3, 5],
    [3, 1],
  ],
} as const;

export const pools = {
  maxPool: infos.map((info) =>
    trial({
      what: `${info.inShape}`,
      inputs: { x: draw(...info.inShape) },
      results: [sizeOf(info.outShape)],
      run: (backend, { x }, [out = 0]) => runPool(backend, Kernel.maxPool, info, { x, out }),
      // tfjs's cpu kernel looks out for NaN, but never meets it: NaN is not larger than anything, and a window of
      // nothing else gives −∞.
      expected: ({ x }) => [
        windowsOf(info).map((window) => Math.max(...window.map((at) => x.values[at] ?? 0))),
      ],
    }),
  ),
  maxPoolGradient: infos.map((info) =>
    trial({
      what: `${info.inShape}`,
      inputs: { x: draw(...info.inShape), dy: draw(...info.outShape) },
      results: [sizeOf(info.inShape)],
      run: (backend, { x, dy }, [dx = 0]) => runPool(backend, Kernel.maxPoolGradient, info, { x, dy, dx }),
      // To the first of the largest, of which NaN is one; tfjs's cpu kernel loses the slope of a window of NaN.
      expected({ x, dy }) {
        const dx = new Float64Array(x.values.length);
        for (const [at, window] of windowsOf(info).entries()) {
          const [winner = 0] = largestOf(window, x.values);
          dx[winner] = (dx[winner] ?? 0) + (dy.values[at] ?? 0);
        }
        return [dx];
      },
    }),
  ),
  averagePool: infos.map((info) =>
    trial({
      what: `${info.inShape}`,
      inputs: { x: draw(...info.inShape) },
      results: [sizeOf(info.outShape)],
      run: (backend, { x }, [out = 0]) => runPool(backend, Kernel.averagePool, info, { x, out }),
      expected: onCpu(({ x }) => kernel("AvgPool", { x }, attributesOf(info))),
    }),
  ),
  averagePoolGradient: infos.flatMap((info) => {
    const divided = (by: string, inside: boolean, expected: Parameters<typeof trial<"dy">>[0]["expected"]) =>
      trial({
        what: `${info.inShape}, divided by the ${by}`,
        inputs: { dy: draw(...info.outShape) },
        results: [sizeOf(info.inShape)],
        run: (backend, { dy }, [dx = 0]) =>
          runPool(backend, Kernel.averagePoolGradient, info, { dy, dx, inside }),
        expected,
      });
    return [
      divided(
        "whole window",
        false,
        onCpu(({ dy }) => kernel("AvgPoolGrad", { dy, input: tf.zeros(info.inShape) }, attributesOf(info))),
      ),
      divided("pixels inside", true, ({ dy }) => {
        const dx = new Float64Array(sizeOf(info.inShape));
        for (const [at, window] of windowsOf(info).entries())
          for (const to of window) dx[to] = (dx[to] ?? 0) + (dy.values[at] ?? 0) / window.length;
        return [dx];
      }),
    ];
  }),
  globalMax: [
    trial({
      what: "of seven pixels",
      inputs: { x: draw(images, pixels, channels) },
      results: [images * channels],
      run: (backend, { x }, [out = 0]) => runGlobalMax(backend, global, x, out),
      expected: onCpu(({ x }) => tf.max(x, 1)),
    }),
  ],
  globalMaxGradient: [
    trial({
      what: "of seven pixels",
      inputs: { x: draw(images, pixels, channels), dy: draw(images, channels) },
      results: [images * channels, images * pixels * channels],
      run(backend, { x, dy }, [y = 0, dx = 0]) {
        runGlobalMax(backend, global, x, y);
        runGlobalMaxGradient(backend, global, x, y, dy, dx);
      },
      // The largest share the slope, all pixels where the largest is NaN: tfjs finds none that equals NaN, and loses it.
      expected({ x, dy }) {
        const y = globalWindows.map((window) => Math.max(...window.map((at) => x.values[at] ?? 0)));
        const dx = new Float64Array(x.values.length);
        for (const [to, window] of globalWindows.entries()) {
          const winners = window.filter((at) => !((x.values[at] ?? 0) < (y[to] ?? 0)));
          for (const at of winners) dx[at] = (dy.values[to] ?? 0) / winners.length;
        }
        return [y, dx];
      },
    }),
  ],
  globalAverageGradient: [
    trial({
      what: "of seven pixels",
      inputs: { dy: draw(images, 1, channels) },
      results: [images * pixels * channels],
      run: (backend, { dy }, [dx = 0]) => runGlobalAverageGradient(backend, global, dy, dx),
      expected: onCpu(({ dy }) => tf.div(tf.tile(dy, [1, pixels, 1]), pixels)),
    }),
  ],
  maximumGradient: [
    trial({
      what: "of three inputs, one of them repeated",
      inputs: { a: draw(3, 5), b: draw(3, 5), c: draw(3, 1), dy: draw(3, 5) },
      results: [15, 15, 15, 3],
      run(backend, { a, b, c, dy }, [out = 0, ...slopes], arrays) {
        const workspace = arrays.empty(mergeWorkspace(merge));
        runMerge(backend, merge, [a, b, c], out, workspace);
        runMergeGradient(backend, merge, [a, b, c], out, dy, slopes, workspace);
      },
      // The largest share a slope, all inputs where the largest is NaN: tfjs gives none any. The others keep 0, as in a
      // pool; tfjs multiplies their slopes by 0, which makes 0 · ∞ of them.
      expected({ a, b, c, dy }) {
        const repeated = b.values.map((_, at) => c.values[Math.floor(at / 5)] ?? 0);
        const inputs = [a.values, b.values, repeated];
        const out = b.values.map((_, at) => Math.max(...inputs.map((it) => it[at] ?? 0)));
        const wins = inputs.map((it) => it.map((value, at) => !(value < (out[at] ?? 0))));
        const [da = [], db = [], dr = []] = wins.map((own) =>
          own.map((won, at) => (won ? (dy.values[at] ?? 0) / wins.filter((it) => it[at]).length : 0)),
        );
        const dc = c.values.map((_, row) => dr.slice(row * 5, row * 5 + 5).reduce((sum, it) => sum + it, 0));
        return [out, da, db, dc];
      },
    }),
  ],
};
