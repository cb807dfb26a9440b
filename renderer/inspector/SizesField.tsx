import { NumberField } from "../ui/NumberField.tsx";
import { Select } from "../ui/Select.tsx";
import { Switch } from "../ui/Switch.tsx";
import type { FieldProps } from "./field-props.ts";
import { laidOut } from "./settings-shown.ts";

interface SizesFieldProps extends FieldProps<readonly number[]> {
  /** How many numbers there may be; 0 stands for "not used". */
  readonly lengths: readonly number[];
}

/** A shape: a switch where it may be left out, a list of ranks where there are several, and one number per axis. */
export function SizesField({ lengths, value, onCommit, onDone, ...rest }: SizesFieldProps) {
  const { label, describedBy } = rest;
  const ranks = lengths.filter((it) => it > 0);
  const choose = (length: number) => {
    onCommit(laidOut(value, length));
    onDone();
  };
  const axes = axisNames(value.length);
  return (
    <div className="sizes-field">
      {ranks.length < lengths.length && (
        <Switch
          label={`Use ${label.toLowerCase()}`}
          describedBy={describedBy}
          on={value.length > 0}
          onChange={(on) => choose(on ? (ranks[0] ?? 0) : 0)}
        />
      )}
      {ranks.length > 1 && value.length > 0 && (
        <Select
          label={`Kind of ${label.toLowerCase()}`}
          value={String(value.length)}
          options={ranks.map((it) => ({ value: String(it), label: rankNames[it] ?? `${it} sizes` }))}
          onChange={(chosen) => choose(Number(chosen))}
        />
      )}
      {value.length > 0 && (
        <div className="sizes-numbers">
          {axes.map((axis, index) => (
            <NumberField
              key={axis}
              {...rest}
              label={axis === "" ? label : `${label} ${axis}`}
              value={value[index] ?? 1}
              onCommit={(typed) => onCommit(value.with(index, typed))}
              onDone={onDone}
            />
          ))}
        </div>
      )}
    </div>
  );
}

const rankNames: Readonly<Record<number, string>> = { 1: "vector", 3: "image" };

const axisNames = (length: number): readonly string[] =>
  length === 1
    ? [""]
    : length === 3
      ? ["height", "width", "channels"]
      : Array.from({ length }, (_, axis) => `size ${axis + 1}`);
