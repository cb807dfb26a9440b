import type { Plan } from "../../compile/plan.ts";
import { card as canvasCard, pitch } from "../../graph/card.ts";
import { rows } from "../../graph/rows.ts";

/** A card on the picture: its upper left corner and size in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export type Boxes = ReadonlyMap<string, Box>;

export const cardSize = { width: 232, height: 82 } as const;
const gap = 46;
const rowPitch = cardSize.height + gap;
const widening = cardSize.width / canvasCard.width;

/**
 * Where the cards stand: as the user placed them, wider for the settings and without the room for feature maps;
 * in rows where cards would cover each other, as in documents that were not drawn on a canvas.
 */
export function placed(plan: Plan): Boxes {
  const drawn = new Map(
    plan.steps.map(({ node }) => [
      node.id,
      { x: node.at[0] * widening, y: (node.at[1] * rowPitch) / pitch, ...cardSize },
    ]),
  );
  return covers([...drawn.values()]) ? inRows(plan) : drawn;
}

/** Finds the boxes that overlap a range of heights. All boxes are of one height. */
export function byHeight(boxes: Boxes): (top: number, bottom: number) => readonly Box[] {
  const sorted = [...boxes.values()].toSorted((a, b) => a.y - b.y);
  return (top, bottom) => {
    let [first, end] = [0, sorted.length];
    while (first < end) {
      const middle = (first + end) >> 1;
      const box = sorted[middle];
      if (box && box.y + box.height <= top) first = middle + 1;
      else end = middle;
    }
    while (end < sorted.length && (sorted[end]?.y ?? bottom) < bottom) end++;
    return sorted.slice(first, end);
  };
}

/** The rectangle around all cards. */
export function around(boxes: Boxes): Box {
  const all = [...boxes.values()];
  const x = Math.min(...all.map((it) => it.x));
  const y = Math.min(...all.map((it) => it.y));
  const right = Math.max(...all.map((it) => it.x + it.width));
  const bottom = Math.max(...all.map((it) => it.y + it.height));
  return all.length ? { x, y, width: right - x, height: bottom - y } : { x: 0, y: 0, width: 0, height: 0 };
}

function covers(boxes: readonly Box[]): boolean {
  // Left to right, so that only neighbours need a look.
  const sorted = boxes.toSorted((a, b) => a.y - b.y);
  return sorted.some((box, index) => {
    for (const other of sorted.slice(index + 1)) {
      if (other.y >= box.y + box.height) return false;
      if (Math.abs(other.x - box.x) < box.width) return true;
    }
    return false;
  });
}

function inRows({ steps }: Plan): Boxes {
  const nodes = steps.map((it) => it.node);
  const wires = steps.flatMap(({ node, sources }) =>
    sources.map((from, slot) => ({ from, to: node.id, slot })),
  );
  const boxes = rows({ nodes, wires }).flatMap((row, rank) =>
    row.map((id, column) => {
      const x = (column - (row.length - 1) / 2) * (cardSize.width + gap);
      return [id, { x, y: rank * rowPitch, ...cardSize }] as const;
    }),
  );
  return new Map(boxes);
}
