interface ChoiceFieldProps<T extends string> {
  readonly legend: string;
  readonly chosen: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly disabled: boolean;
  /** One below the other, for sentences; else beside each other. */
  readonly stacked?: boolean;
  readonly onChoose: (value: T) => void;
}

/** A question about the export with a few answers, all of them in sight. */
export function ChoiceField<T extends string>(props: ChoiceFieldProps<T>) {
  const { legend, chosen, choices, disabled, stacked, onChoose } = props;
  return (
    <fieldset className="export-choice" data-stacked={stacked || undefined}>
      <legend>{legend}</legend>
      <div>
        {choices.map(({ value, label }) => (
          <label key={value}>
            <input
              type="radio"
              name={`export-${legend}`}
              checked={value === chosen}
              disabled={disabled}
              onChange={() => onChoose(value)}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
