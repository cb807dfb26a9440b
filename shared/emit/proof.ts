import { grouped } from "./figures.ts";

/** How an exported model was checked before anyone was told that it works. */
export type Proof =
  /**
   * The very bytes were loaded again, and predictions of random examples compared with those of the network that trains;
   * the difference is relative where values exceed 1.
   */
  | { readonly type: "predictions"; readonly largestDifference: number }
  /** The weights were read back: all of them are the numbers that went in. */
  | { readonly type: "numbers"; readonly count: number }
  /** Not loaded again, and why, in a sentence. */
  | { readonly type: "unread"; readonly why: string };

/** Further apart than this, the bytes hold another network. */
export const toleratedDifference = 1e-5;

/** What the proof says to whoever exports, as one sentence. */
export function proofWords(proof: Proof): string {
  switch (proof.type) {
    case "predictions":
      return `Loaded again and compared: ${differenceWords(proof.largestDifference)}.`;
    case "numbers":
      return `Read back and compared: all ${grouped(proof.count)} weights are equal.`;
    case "unread":
      return proof.why;
  }
}

const differenceWords = (largest: number): string =>
  largest === 0
    ? "the predictions are equal"
    : `largest difference ${largest.toExponential(0).replace("-", "−")}`;
