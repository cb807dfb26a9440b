import { colourAt, diverging, needsWhiteText } from "../ui/map-palettes.ts";
import { NumberField } from "../ui/NumberField.tsx";
import { useTheme } from "../ui/use-theme.ts";

interface KernelCellsProps {
  readonly label: string;
  /** Row by row. */
  readonly cells: readonly number[];
  readonly columns: number;
  /** Without it the cells cannot be changed. */
  readonly onCommit?: (cells: readonly number[]) => void;
  readonly onDone?: () => void;
}

/** More columns than this leave no room for a number in each. */
const mostWithNumbers = 7;

/** A kernel's numbers as they lie on the image, coloured around zero. */
export function KernelCells({ label, cells, columns, onCommit, onDone }: KernelCellsProps) {
  const palette = diverging[useTheme()];
  const limit = Math.max(...cells.map(Math.abs)) || 1;
  const styled = (cell: number) => {
    const place = (cell / limit + 1) / 2;
    return {
      background: colourAt(palette, place),
      color: needsWhiteText(palette, place) ? "#fff" : "#000",
    };
  };
  const dense = columns > mostWithNumbers;
  return (
    <fieldset
      className="kernel-cells"
      aria-label={`${label}: ${cells.length / columns} rows of ${columns} numbers`}
      data-dense={dense || undefined}
      data-typed={onCommit !== undefined || undefined}
      style={{ "--columns": columns }}
    >
      {cells.map((cell, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place.
        <span key={at} style={styled(cell)} title={String(cell)}>
          {onCommit ? (
            <NumberField
              label={`Row ${Math.floor(at / columns) + 1}, column ${(at % columns) + 1}`}
              value={cell}
              digits={3}
              onCommit={(typed) => onCommit(cells.with(at, typed))}
              {...(onDone ? { onDone } : {})}
            />
          ) : (
            !dense && String(Number(cell.toPrecision(2))).replace("-", "−")
          )}
        </span>
      ))}
    </fieldset>
  );
}
