import { defaultFilter } from "cmdk";

/**
 * The least score of a match: words that begin so reach 0.8 and a letter left out 0.15, letters strewn over several
 * words less.
 */
const leastScore = 0.14;

/** How well a title fits what was typed, 0 where it does not: `twin` does not mean “Train on: GPU (WebGL)”. */
export function findScore(title: string, typed: string, words?: string[]): number {
  const score = defaultFilter(title, typed, words);
  return score < leastScore ? 0 : score;
}
