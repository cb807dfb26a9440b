/** How large a document may be. Far above what people draw; they keep a hostile file from stalling the app. */
export const limits = {
  /** 32 MiB. */
  characters: 32 * 2 ** 20,
  /** Nesting of lists and objects; a document needs 7. */
  depth: 32,
  designs: 64,
  nodes: 20_000,
  wires: 60_000,
  /** Slots are counted from 0. */
  slot: 1023,
  /** Pixels from the canvas' origin, in all four directions. */
  position: 1_000_000,
  /** Characters of a design's name. */
  name: 100,
  /** Characters of a node's id. */
  id: 64,
} as const;
