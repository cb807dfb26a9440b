import type { Weight } from "../../shared/nodes/kind.ts";
import { colourAt, diverging } from "../ui/map-palettes.ts";
import { useTheme } from "../ui/use-theme.ts";

/** More cells than this cannot be told apart beside a title. */
const mostCells = 25;

/** A given kernel in the size of a letter; nothing where weights are learned from random ones. */
export function KernelGlyph({ weights }: { readonly weights: readonly Weight[] }) {
  const given = weights.find(({ initial }) => typeof initial === "object");
  if (!given || typeof given.initial !== "object") return null;
  const { cells } = given.initial;
  const columns = given.shape[given.axes.indexOf("kernel width")] ?? 0;
  return cells.length <= mostCells && columns > 0 ? <Cells cells={cells} columns={columns} /> : null;
}

function Cells({ cells, columns }: { readonly cells: readonly number[]; readonly columns: number }) {
  const palette = diverging[useTheme()];
  const limit = Math.max(...cells.map(Math.abs)) || 1;
  return (
    // Boxes and no canvas: the compositor would give each card one more layer.
    <span className="kernel-glyph" aria-hidden="true" style={{ "--columns": columns }}>
      {cells.map((cell, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place.
        <i key={at} style={{ background: colourAt(palette, (cell / limit + 1) / 2) }} />
      ))}
    </span>
  );
}
