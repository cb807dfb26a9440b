import { type KeyboardEvent, useId, useState } from "react";
import { valueOfSum } from "./arithmetic.ts";
import "./field.css";

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  /** Called with what was typed, also when it is out of range: whoever keeps the value says what is wrong with it. */
  readonly onCommit: (value: number) => void;
  /** The field loses the focus: what was typed and stepped until now is one edit. */
  readonly onDone?: () => void;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly invalid?: boolean;
  readonly describedBy?: string;
  readonly id?: string;
  /** Digits that are shown while nobody types. */
  readonly digits?: number;
}

/** A number that can be typed as a sum. Arrow keys change it by one step, with Shift by ten. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, onCommit, onDone, min, max, step = 1, invalid, describedBy, digits } = props;
  const ownId = useId();
  const [typed, setTyped] = useState<string>();
  const [focused, setFocused] = useState(false);
  const whole = digits === undefined || focused ? value : Number(value.toPrecision(digits));
  const unreadable = typed !== undefined && valueOfSum(typed) === undefined;

  const commit = () => {
    const wanted = typed === undefined ? undefined : valueOfSum(typed);
    setTyped(undefined);
    if (wanted !== undefined && wanted !== value) onCommit(wanted);
  };
  const stepBy = (steps: number) => {
    const from = (typed === undefined ? undefined : valueOfSum(typed)) ?? value;
    const wanted = Number((from + steps * step).toPrecision(12));
    setTyped(undefined);
    onCommit(Math.min(max ?? wanted, Math.max(min ?? wanted, wanted)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const size = event.shiftKey ? 10 : 1;
    if (event.key === "Enter") commit();
    else if (event.key === "Escape" && typed !== undefined) setTyped(undefined);
    else if (event.key === "ArrowUp") stepBy(size);
    else if (event.key === "ArrowDown") stepBy(-size);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <input
      id={props.id ?? ownId}
      className="field number-field"
      type="text"
      inputMode="decimal"
      role="spinbutton"
      autoComplete="off"
      spellCheck={false}
      aria-label={label}
      aria-valuenow={spoken(value)}
      aria-valuemin={spoken(min)}
      aria-valuemax={spoken(max)}
      aria-invalid={invalid || unreadable || undefined}
      aria-describedby={describedBy}
      value={typed ?? String(whole)}
      onChange={(event) => setTyped(event.target.value)}
      onFocus={({ target }) => {
        // All digits are there with the next frame.
        if (digits !== undefined) requestAnimationFrame(() => target.select());
        target.select();
        setFocused(true);
      }}
      onBlur={() => {
        setFocused(false);
        commit();
        onDone?.();
      }}
      onKeyDown={onKeyDown}
    />
  );
}

// The attribute takes 0.000000001 and not 1e-9; React writes a number as JavaScript does.
const spoken = (value: number | undefined): number | undefined =>
  value === undefined || !String(value).includes("e") ? value : Number(value.toFixed(6));
