import { presetCells, presetKernels } from "../../shared/nodes/preset-kernels.ts";
import { Button } from "../ui/Button.tsx";
import { Select } from "../ui/Select.tsx";
import type { FieldProps } from "./field-props.ts";
import { KernelCells } from "./KernelCells.tsx";
import { ownCells } from "./settings-shown.ts";

interface KernelFieldProps extends Omit<FieldProps<string | readonly number[]>, "min" | "max"> {
  /** The words of the setting: presets, and whatever else stands for no given cells. */
  readonly words: readonly string[];
  /** Height and width of the kernel. */
  readonly size: readonly [number, number];
}

const own = "own numbers";

/** A kernel by name, shown as its cells, or typed cell by cell. */
export function KernelField({ words, size, value, onCommit, onDone, ...rest }: KernelFieldProps) {
  const options = [...words, own].map((it) => ({ value: it, label: labelOf(it, size) }));
  const choose = (word: string) => {
    onCommit(word === own ? ownCells(value, size) : word);
    onDone();
  };
  const isKnown = typeof value !== "string" || words.includes(value);
  const preset = presetKernels.find((it) => it === value);
  const cells = typeof value === "string" ? preset && presetCells(preset, size) : value;
  const [height, width] = size;
  const isWhole = cells !== undefined && cells.length === height * width;
  return (
    <>
      <Select {...rest} value={typeof value === "string" ? value : own} options={options} onChange={choose}>
        {!isKnown && <option value={String(value)}>{String(value)}</option>}
      </Select>
      {isWhole && (
        <KernelCells
          label={rest.label}
          cells={cells}
          columns={width}
          {...(typeof value === "string" ? {} : { onCommit, onDone })}
        />
      )}
      {typeof value !== "string" && !isWhole && (
        <Button onClick={() => choose(own)}>
          Lay the {value.length} numbers in {height}×{width}
        </Button>
      )}
      {cells && (
        <p className="kernel-note">Laid on the image as written, without a flip (cross-correlation).</p>
      )}
    </>
  );
}

/** `Sobel horizontal`, and the size where a preset has no other. */
function labelOf(word: string, size: readonly [number, number]): string {
  const words = word.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const preset = presetKernels.find((it) => it === word);
  if (!preset) return words;
  const name = words.charAt(0).toUpperCase() + words.slice(1);
  if (presetCells(preset, size)) return name;
  return `${name} (${presetCells(preset, [5, 5]) ? "odd sizes" : "3×3"} only)`;
}
