import { NumberField } from "../ui/NumberField.tsx";
import { Switch } from "../ui/Switch.tsx";

interface LengthFieldProps {
  readonly label: string;
  readonly value: readonly number[];
  readonly onCommit: (value: readonly number[]) => void;
  readonly onDone: () => void;
  readonly max: number;
  readonly invalid: boolean;
  readonly describedBy: string;
}

/** The length of a vector, or none. */
export function LengthField({ label, value, onCommit, onDone, max, invalid, describedBy }: LengthFieldProps) {
  const [length] = value;
  return (
    <div className="length-field">
      <Switch
        label={`Use ${label.toLowerCase()}`}
        describedBy={describedBy}
        on={length !== undefined}
        onChange={(on) => onCommit(on ? [16] : [])}
      />
      {length !== undefined && (
        <NumberField
          {...{ label, invalid, describedBy, max, onDone }}
          min={1}
          value={length}
          onCommit={(typed) => onCommit([typed])}
        />
      )}
    </div>
  );
}
