import {
  type FormatGroup,
  type FormatName,
  formatGroups,
  formats,
  isFormatName,
} from "../../../shared/emit/index.ts";

interface FormatListProps {
  readonly chosen: FormatName;
  /** Of formats that cannot hold the design; they can be chosen to read why. */
  readonly refused: ReadonlySet<FormatName>;
  readonly disabled: boolean;
  readonly onChoose: (format: FormatName) => void;
  /** Enter, or a double click on a format. */
  readonly onTake: () => void;
}

const headings: Readonly<Record<FormatGroup, string>> = {
  model: "Model",
  program: "Program",
  picture: "Picture",
  table: "Table",
  bundle: "Everything",
};

const namesIn = (group: FormatGroup): readonly FormatName[] =>
  Object.entries(formats).flatMap(([name, it]) => (it.group === group && isFormatName(name) ? [name] : []));

/** Every format at a glance: one group of radio buttons, so that the arrow keys walk through all of them. */
export function FormatList({ chosen, refused, disabled, onChoose, onTake }: FormatListProps) {
  return (
    <fieldset
      className="export-formats"
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        onTake();
      }}
    >
      <legend>Format</legend>
      {formatGroups.map((group) => {
        const names = namesIn(group);
        if (!names.length) return null;
        return (
          <section key={group} aria-label={headings[group]}>
            <h3>{headings[group]}</h3>
            {names.map((name) => (
              <label
                key={name}
                data-chosen={name === chosen || undefined}
                data-refused={refused.has(name) || undefined}
                onDoubleClick={onTake}
              >
                <input
                  type="radio"
                  name="export-format"
                  checked={name === chosen}
                  disabled={disabled}
                  onChange={() => onChoose(name)}
                />
                <span>{formats[name].title}</span>
              </label>
            ))}
          </section>
        );
      })}
    </fieldset>
  );
}
