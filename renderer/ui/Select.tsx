import type { ReactNode } from "react";
import "./field.css";

export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
}

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
  readonly id?: string;
  readonly describedBy?: string;
  readonly invalid?: boolean;
  /** Shown first when `value` is none of the options. */
  readonly children?: ReactNode;
}

/** The system's own list: keyboard, screen reader and touch work as people know them. */
export function Select<T extends string>(props: SelectProps<T>) {
  const { label, value, options, onChange, id, describedBy, invalid, children } = props;
  return (
    <select
      id={id}
      className="field"
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={invalid || undefined}
      value={value}
      onChange={(event) => {
        const chosen = options.find((it) => it.value === event.target.value);
        if (chosen) onChange(chosen.value);
      }}
    >
      {children}
      {options.map((it) => (
        <option key={it.value} value={it.value}>
          {it.label}
        </option>
      ))}
    </select>
  );
}
