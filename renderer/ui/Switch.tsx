import "./field.css";

interface SwitchProps {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly id?: string;
  readonly describedBy?: string;
}

export const Switch = ({ label, on, onChange, id, describedBy }: SwitchProps) => (
  <input
    id={id}
    className="switch"
    type="checkbox"
    role="switch"
    aria-label={label}
    aria-describedby={describedBy}
    checked={on}
    aria-checked={on}
    onChange={(event) => onChange(event.target.checked)}
  />
);
