import * as tf from "@tensorflow/tfjs-core";
import { runExpand, runFill, runGather, runTranspose } from "../../run-copy.ts";
import { runBilinear, runBilinearGradient, runNearestGradient } from "../../run-upsampling.ts";
import { bilinearProducts, sumOfProducts } from "./definitions.ts";
import { channel, draw, item, onCpu, trial, whole, within } from "./trial.ts";

const places = [3, 0, 0, 1, 3, 2];

const upsampling = { images: 2, height: 3, width: 4, channels: 5, down: 2, right: 3 };
const [small, large] = [2 * 3 * 4 * 5, 2 * 6 * 12 * 5];
const { products, shares } = bilinearProducts(upsampling);
const sameImage = within(item(small / 2), item(large / 2));
const sameChannel = within(channel(5));

export const copies = {
  copyGrid: [
    trial({
      what: "transposed",
      inputs: { x: draw(3, 4, 5) },
      results: [60],
      run: (backend, { x }, [out = 0]) => runTranspose(backend, [3, 4, 5], [2, 0, 1], x, out),
      expected: onCpu(({ x }) => tf.transpose(x, [2, 0, 1])),
    }),
    trial({
      what: "repeated",
      inputs: { x: draw(3, 1, 5) },
      results: [60],
      run: (backend, { x }, [out = 0]) => runExpand(backend, [3, 1, 5], [3, 4, 5], x, out),
      expected: onCpu(({ x }) => tf.tile(x, [1, 4, 1])),
    }),
  ],
  fill: [0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) =>
    trial({
      what: `with ${value}`,
      inputs: {},
      results: [23],
      run: (backend, _, [out = 0]) => runFill(backend, 23, value, out),
      expected: () => [new Float32Array(23).fill(value)],
    }),
  ),
  gather: [
    trial({
      what: "with repetitions",
      inputs: { x: draw(2, 4, 5) },
      results: [2 * places.length * 5],
      run: (backend, { x }, [out = 0], arrays) =>
        runGather(backend, [2, 4, 5], places.length, whole(arrays, ...places), x, out),
      expected: onCpu(({ x }) => tf.gather(x, tf.tensor1d(places, "int32"), 1)),
    }),
  ],
  nearestGradient: [
    trial({
      what: "of 2×3 copies",
      inputs: { dy: draw(2, 6, 12, 5) },
      results: [small],
      run: (backend, { dy }, [dx = 0]) => runNearestGradient(backend, upsampling, dy, dx),
      expected: onCpu(({ dy }) => tf.sum(tf.reshape(dy, [2, 3, 2, 4, 3, 5]), [2, 4])),
    }),
  ],
  bilinear: [
    trial({
      what: "2×3 times as large",
      inputs: { x: draw(small) },
      results: [large],
      run: (backend, { x }, [out = 0]) => runBilinear(backend, upsampling, x, out),
      expected: ({ x }) => [sumOfProducts(products, "to", ["from", x.values], ["by", shares], large)],
      // Where a pixel lies on one of the small image its neighbour has share 0, and 0 · ∞ is NaN. tfjs's cpu kernel, which
      // takes differences of neighbours, makes NaN of ∞ everywhere.
      spreads: { x: (place, at) => sameImage(place, at) && sameChannel(place, at) },
    }),
  ],
  bilinearGradient: [
    trial({
      what: "2×3 times as large",
      inputs: { dy: draw(large) },
      results: [small],
      run: (backend, { dy }, [dx = 0]) => runBilinearGradient(backend, upsampling, dy, dx),
      expected: ({ dy }) => [sumOfProducts(products, "from", ["to", dy.values], ["by", shares], small)],
    }),
  ],
};
