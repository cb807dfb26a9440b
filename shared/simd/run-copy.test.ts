import { beforeAll, describe, expect, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import {
  runExpand,
  runGather,
  runInsert,
  runPad,
  runRepeatPixels,
  runSlice,
  runTranspose,
  stepsOf,
} from "./run-copy.ts";
import { runBilinear, runBilinearGradient, runNearestGradient } from "./run-upsampling.ts";
import { Dice } from "./testing/agreement.ts";
import { type Arrays, expectClose, onEveryPool, startPools } from "./testing/arrays.ts";

let pools: readonly SimdBackend[];
beforeAll(async () => {
  pools = await startPools();
});

const sizeOf = (shape: readonly number[]) => shape.reduce((product, it) => product * it, 1);
const numbered = (shape: readonly number[]) =>
  Float32Array.from({ length: sizeOf(shape) }, (_, at) => at + 1);

/** The indices of every number of a shape. */
function* places(shape: readonly number[]): Generator<readonly number[]> {
  for (let at = 0; at < sizeOf(shape); at++)
    yield stepsOf(shape).map((step, axis) => Math.floor(at / step) % (shape[axis] ?? 1));
}

const at = (shape: readonly number[], place: readonly number[]): number =>
  stepsOf(shape).reduce((sum, step, axis) => sum + step * (place[axis] ?? 0), 0);

const run = (work: (backend: SimdBackend, arrays: Arrays) => number): number[] => {
  const [result = new Float32Array()] = onEveryPool(pools, (backend, arrays) => [
    arrays.get(work(backend, arrays)),
  ]);
  return [...result];
};

const dice = new Dice(21);
const shapes = Array.from({ length: 12 }, () =>
  Array.from({ length: dice.whole(1, 6) }, () => dice.whole(1, 5)),
).concat([[1], [4, 3, 2, 300], [1, 7, 1, 5]]);

describe.each(shapes.map((shape) => ({ shape })))("of $shape", ({ shape }) => {
  const x = numbered(shape);

  test("a slice, and back into its place", () => {
    const begin = shape.map((it) => Math.floor(it / 3));
    const sizes = shape.map((it, axis) => Math.max(1, it - (begin[axis] ?? 0) - (axis % 2)));
    const slice = run((backend, arrays) => {
      const out = arrays.empty(sizeOf(sizes));
      runSlice(backend, shape, begin, sizes, arrays.put(x), out);
      return out;
    });
    const sources = [...places(sizes)].map((it) =>
      at(
        shape,
        it.map((index, axis) => index + (begin[axis] ?? 0)),
      ),
    );
    expect(slice).toEqual(sources.map((it) => x[it]));
    const inserted = run((backend, arrays) => {
      const out = arrays.put(new Float32Array(x.length));
      runInsert(backend, shape, begin, sizes, arrays.put(slice), out);
      return out;
    });
    expect(inserted).toEqual([...x].map((it, index) => (sources.includes(index) ? it : 0)));
  });

  test("a frame of one value", () => {
    const before = shape.map((_, axis) => axis % 3);
    const framed = shape.map((it, axis) => it + (before[axis] ?? 0) + 1);
    const out = run((backend, arrays) => {
      const result = arrays.empty(sizeOf(framed));
      runPad(backend, framed, before, shape, 7.5, arrays.put(x), result);
      return result;
    });
    const inside = (place: readonly number[]) => place.map((it, axis) => it - (before[axis] ?? 0));
    expect(out).toEqual(
      [...places(framed)]
        .map(inside)
        .map((it) =>
          it.every((index, axis) => index >= 0 && index < (shape[axis] ?? 0)) ? x[at(shape, it)] : 7.5,
        ),
    );
  });

  test("another order of axes", () => {
    const drawn = shape.map((_, axis) => (axis * 2 + 1) % shape.length);
    const order = new Set(drawn).size === drawn.length ? drawn : [...shape.keys()].reverse();
    const turned = order.map((axis) => shape[axis] ?? 1);
    const out = run((backend, arrays) => {
      const result = arrays.empty(x.length);
      runTranspose(backend, shape, order, arrays.put(x), result);
      return result;
    });
    expect(out).toEqual(
      [...places(turned)].map(
        (it) =>
          x[
            at(
              shape,
              shape.map((_, axis) => it[order.indexOf(axis)] ?? 0),
            )
          ],
      ),
    );
  });

  test("repeated along some axes", () => {
    const from = shape.map((it, axis) => (axis % 2 ? it : 1));
    const source = numbered(from);
    const out = run((backend, arrays) => {
      const result = arrays.empty(x.length);
      runExpand(backend, from, shape, arrays.put(source), result);
      return result;
    });
    expect(out).toEqual(
      [...places(shape)].map(
        (it) =>
          source[
            at(
              from,
              it.map((index, axis) => (axis % 2 ? index : 0)),
            )
          ],
      ),
    );
  });
});

test.each([1, 3, 4, 200])("places of %i values by a table", (size) => {
  const table = Int32Array.of(4, 0, 2, 2, 1, 3);
  const x = numbered([3, 5, size]);
  const out = run((backend, arrays) => {
    const result = arrays.empty(3 * 6 * size);
    const indices = arrays.put(new Float32Array(table.buffer));
    runGather(backend, [3, 5, size], 6, indices, arrays.put(x), result);
    return result;
  });
  expect(out).toEqual(
    [...places([3, 6, size])].map(([n = 0, i = 0, c = 0]) => x[at([3, 5, size], [n, table[i] ?? 0, c])]),
  );
});

describe.each([
  { size: [1, 1, 1, 1], down: 1, right: 3 },
  { size: [2, 3, 4, 3], down: 2, right: 2 },
  { size: [3, 1, 5, 8], down: 3, right: 1 },
  { size: [1, 4, 2, 9], down: 5, right: 4 },
] as const)("$size upsampled $down × $right", ({ size: [images, height, width, channels], down, right }) => {
  const shape = [images, height, width, channels];
  const large = [images, height * down, width * right, channels];
  const sizes = { images, height, width, channels, down, right };
  const x = numbered(shape).map((it) => Math.sin(it));
  const dy = numbered(large).map((it) => Math.cos(it));

  /** How much of each small pixel every large one takes, straight from the definition. */
  function blend(
    sharesOf: (to: number, times: number, length: number) => readonly (readonly [number, number])[],
  ) {
    const [out, dx] = [new Float64Array(dy.length), new Float64Array(x.length)];
    for (const place of places(large)) {
      const [n = 0, h = 0, w = 0, c = 0] = place;
      for (const [row, rowShare] of sharesOf(h, down, height))
        for (const [column, columnShare] of sharesOf(w, right, width)) {
          const [from, to] = [at(shape, [n, row, column, c]), at(large, place)];
          out[to] = (out[to] ?? 0) + (x[from] ?? 0) * rowShare * columnShare;
          dx[from] = (dx[from] ?? 0) + (dy[to] ?? 0) * rowShare * columnShare;
        }
    }
    return { out, dx };
  }

  test("by repeating, and its gradient", () => {
    const expected = blend((to, times) => [[Math.floor(to / times), 1]]);
    const [out, dx] = onEveryPool(pools, (backend, arrays) => {
      const [result, slopes] = [arrays.empty(dy.length), arrays.empty(x.length)];
      runRepeatPixels(backend, [images, height, width, channels], down, right, arrays.put(x), result);
      runNearestGradient(backend, sizes, arrays.put(dy), slopes);
      return [arrays.get(result), arrays.get(slopes)];
    });
    expectClose(out ?? [], expected.out, 1e-7, "output");
    expectClose(dx ?? [], expected.dx, 1e-6, "gradient");
  });

  test("by blending, and its gradient", () => {
    const expected = blend((to, times, length) => {
      const place = (to + 0.5) / times - 0.5;
      const before = Math.floor(place);
      const clamp = (it: number) => Math.min(Math.max(it, 0), length - 1);
      return [
        [clamp(before), before + 1 - place],
        [clamp(before + 1), place - before],
      ];
    });
    const [out, dx] = onEveryPool(pools, (backend, arrays) => {
      const [result, slopes] = [arrays.empty(dy.length), arrays.empty(x.length)];
      runBilinear(backend, sizes, arrays.put(x), result);
      runBilinearGradient(backend, sizes, arrays.put(dy), slopes);
      return [arrays.get(result), arrays.get(slopes)];
    });
    expectClose(out ?? [], expected.out, 1e-6, "output");
    expectClose(dx ?? [], expected.dx, 1e-6, "gradient");
  });
});
