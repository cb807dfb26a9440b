import { expect, test } from "vitest";
import { chain, type Link } from "../graph/chain.ts";
import { compile } from "./compile.ts";
import type { Plan } from "./plan.ts";

/*
 * Counts that a course gives its students, worked out by hand or by PyTorch: a compiler that is off by one bias is off
 * here.
 */
const planOf = (...links: readonly Link[]): Plan => {
  const plan = compile(chain("Course", links));
  expect(plan.problems).toEqual([]);
  return plan;
};
const image = (height: number, channels = 1): Link => ["input", { height, width: height, channels }];
const conv = (filters: number, kernel = 3, more = {}): Link => ["conv2d", { filters, kernel, ...more }];
const dense = (units: number): Link => ["dense", { units }];
const bare = { bias: false };

test.each<[string, number, readonly number[], readonly Link[]]>([
  [
    "fcNN of 100, 50 and 10 units",
    84_060,
    [78_500, 5050, 510],
    [image(28), "flatten", dense(100), dense(50), dense(10)],
  ],
  ["fcNN of 10 units", 7850, [7850], [image(28), "flatten", dense(10)]],
  [
    "CNN",
    35_962,
    [80, 584, 1168, 2320, 31_400, 410],
    [
      image(28),
      conv(8),
      conv(8),
      "maxPool2d",
      conv(16),
      conv(16),
      "maxPool2d",
      "flatten",
      dense(40),
      dense(10),
    ],
  ],
  [
    "LeNet-like",
    54_314,
    [208, 3216, 50_240, 650],
    [image(28), conv(8, 5), "maxPool2d", conv(16, 5), "maxPool2d", "flatten", dense(64), dense(10)],
  ],
  ["stripes net", 30, [26, 4], [image(50), conv(1, 5), "globalMaxPool2d", dense(2)]],
  ["stripes net with two kernels", 58, [52, 6], [image(50), conv(2, 5), "globalMaxPool2d", dense(2)]],
  ["6 kernels 5×5 over 3 channels", 456, [456], [image(28, 3), conv(6, 5)]],
  ["28×28×1 → 28×28×8 as a convolution", 80, [80], [image(28), conv(8)]],
  [
    "28×28×1 → 28×28×8 locally connected",
    62_720,
    [62_720],
    [image(28), ["locallyConnected2d", { filters: 8 }]],
  ],
  [
    "28×28×1 → 28×28×8 fully connected",
    4_923_520,
    [4_923_520],
    [image(28), "flatten", dense(28 * 28 * 8), ["reshape", { target: [28, 28, 8] }]],
  ],
  ["two 3×3", 18, [9, 9], [image(28), conv(1, 3, bare), conv(1, 3, bare)]],
  ["one 5×5", 25, [25], [image(28), conv(1, 5, bare)]],
  ["three 3×3", 27, [9, 9, 9], [image(28), conv(1, 3, bare), conv(1, 3, bare), conv(1, 3, bare)]],
  ["one 7×7", 49, [49], [image(28), conv(1, 7, bare)]],
])("%s: %d parameters", (_, total, each, links) => {
  const plan = planOf(...links);
  expect(plan.totals).toMatchObject({ parameters: total, trainable: total });
  expect(plan.steps.map((it) => it.parameters).filter((it) => it > 0)).toEqual(each);
});

test("small kernels one behind the other see as much as one large kernel", () => {
  const sees = (...links: readonly Link[]) => planOf(image(28), ...links).totals.receptiveField;
  const small = conv(1, 3, bare);
  expect(sees(small, small)).toEqual([5, 5]);
  expect(sees(conv(1, 5, bare))).toEqual([5, 5]);
  expect(sees(small, small, small)).toEqual([7, 7]);
  expect(sees(conv(1, 7, bare))).toEqual([7, 7]);
});
