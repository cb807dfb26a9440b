import { Command } from "cmdk";
import type { ReactNode } from "react";
import { findScore } from "./find-score.ts";
import "./finder.css";

export interface Finding {
  readonly id: string;
  readonly title: string;
  /** Other words that find it. */
  readonly words?: readonly string[];
  readonly detail?: ReactNode;
  readonly blocked?: string | undefined;
  readonly mark?: ReactNode;
  readonly trailing?: ReactNode;
}
export interface FindingGroup {
  readonly title?: string;
  readonly findings: readonly Finding[];
}

interface FinderProps {
  readonly label: string;
  readonly placeholder: string;
  readonly nothing: string;
  readonly groups: readonly FindingGroup[];
  readonly onChoose: (id: string) => void;
  readonly onEscape: () => void;
}

/** A list that is narrowed by typing and walked with the arrow keys. */
export const Finder = ({ label, placeholder, nothing, groups, onChoose, onEscape }: FinderProps) => (
  <Command
    className="finder"
    label={label}
    loop
    filter={findScore}
    onKeyDown={(event) => {
      event.stopPropagation();
      if (event.key !== "Escape") return;
      event.preventDefault();
      onEscape();
    }}
  >
    <Command.Input ref={markAutofocus} autoFocus placeholder={placeholder} aria-label={label} />
    <Command.List label={label}>
      <Command.Empty>{nothing}</Command.Empty>
      {groups.map(({ title, findings }) =>
        title === undefined ? (
          findings.map((it) => <Row key={it.id} finding={it} onChoose={onChoose} />)
        ) : (
          <Command.Group key={title} heading={title}>
            {findings.map((it) => (
              <Row key={it.id} finding={it} onChoose={onChoose} />
            ))}
          </Command.Group>
        ),
      )}
    </Command.List>
  </Command>
);

/** React focuses when it mounts and leaves the attribute out, by which a dialog that opens later knows its field. */
const markAutofocus = (input: HTMLInputElement | null): void => input?.setAttribute("autofocus", "");

const Row = ({ finding, onChoose }: { finding: Finding; onChoose: (id: string) => void }) => (
  <Command.Item
    value={`${finding.title} ${finding.id}`}
    keywords={[...(finding.words ?? [])]}
    disabled={finding.blocked !== undefined}
    onSelect={() => onChoose(finding.id)}
  >
    {finding.mark}
    <span>
      {finding.title}
      {(finding.blocked ?? finding.detail) && <small>{finding.blocked ?? finding.detail}</small>}
    </span>
    {finding.trailing}
  </Command.Item>
);
