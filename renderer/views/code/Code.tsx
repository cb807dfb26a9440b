import { Check, Copy } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import { languageOf, type ProgramName, programs } from "./programs.ts";
import { type Language, languageNames, lines } from "./tokens.ts";
import "./code.css";

interface CodeProps {
  readonly chosen: ProgramName;
  readonly onChoose: (program: ProgramName) => void;
  /** The program, or why there is none. */
  readonly program: { readonly text: string } | { readonly missing: string };
  readonly onCopy: (text: string) => Promise<boolean>;
  /** What the file would be called. */
  readonly fileName: string;
}

/** The design as a program that builds, trains and measures it outside the app. */
export function Code({ chosen, onChoose, program, onCopy, fileName }: CodeProps) {
  const text = "text" in program ? program.text : undefined;
  return (
    <section className="code" aria-label="Program of this design">
      <header className="code-bar">
        <fieldset className="code-languages">
          <legend className="code-legend">Language</legend>
          {programs.map(({ name, label }) => (
            <label key={name} data-chosen={name === chosen || undefined}>
              <input
                type="radio"
                name="code-language"
                checked={name === chosen}
                onChange={() => onChoose(name)}
              />
              {label}
            </label>
          ))}
        </fieldset>
        <span className="code-file">{fileName}</span>
        <CopyButton key={text} text={text} onCopy={onCopy} />
      </header>
      {"missing" in program ? (
        <p className="code-missing">{program.missing}</p>
      ) : (
        <Listing text={program.text} language={languageOf(chosen)} />
      )}
    </section>
  );
}

function CopyButton({ text, onCopy }: Pick<CodeProps, "onCopy"> & { readonly text: string | undefined }) {
  const [answer, setAnswer] = useState<"copied" | "refused">();
  useEffect(() => {
    if (!answer) return;
    const timer = setTimeout(() => setAnswer(undefined), 2000);
    return () => clearTimeout(timer);
  }, [answer]);
  const copy = async (): Promise<void> => {
    if (text !== undefined) setAnswer((await onCopy(text)) ? "copied" : "refused");
  };
  return (
    <Button
      icon={answer === "copied" ? <Check /> : <Copy />}
      blocked={text === undefined ? "There is no program yet." : undefined}
      onClick={copy}
    >
      <span aria-live="polite">{wordsOf(answer)}</span>
    </Button>
  );
}

const wordsOf = (answer: "copied" | "refused" | undefined): ReactNode =>
  answer === "copied" ? "Copied" : answer === "refused" ? "Select the text and copy it" : "Copy";

function Listing({ text, language }: { readonly text: string; readonly language: Language }) {
  const rows = useMemo(() => lines(text, language), [text, language]);
  return (
    <section
      className="code-listing"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, and keys must be able to scroll them.
      tabIndex={0}
      aria-label={`Program in ${languageNames[language]}`}
    >
      <pre>
        {rows.map((row, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its number.
          <span key={line} className="code-line">
            {row.map((token, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: as above, a piece by its place.
              <span key={index} data-token={token.kind}>
                {token.text}
              </span>
            ))}
            {"\n"}
          </span>
        ))}
      </pre>
    </section>
  );
}
