import { chain, type Link } from "../shared/graph/chain.ts";
import type { Design } from "../shared/graph/graph.ts";

const conv = (filters: number, kernel = 3): Link => ["conv2d", { filters, kernel }];
const output: Link = ["dense", { units: 10, activation: "softmax" }];

/** The networks that `pytorch.py` builds too, under the same names. */
export const networks: readonly Design[] = [
  chain("LeNet", ["input", conv(8, 5), "maxPool2d", conv(16, 5), "maxPool2d", "flatten", "dense", output]),
  chain("CNN", [
    "input",
    conv(8),
    conv(8),
    "maxPool2d",
    conv(16),
    conv(16),
    "maxPool2d",
    "flatten",
    ["dense", { units: 40 }],
    output,
  ]),
  chain("fcNN", ["input", "flatten", ["dense", { units: 100 }], ["dense", { units: 50 }], output]),
];
export const batches = [32, 128] as const;
