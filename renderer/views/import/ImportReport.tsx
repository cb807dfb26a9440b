import { ChevronRight, CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { compile } from "../../../shared/compile/compile.ts";
import type { Entry, Imported } from "../../../shared/import/imported.ts";
import { countsWords, figuresWords, weightsWords } from "./words.ts";

interface ImportReportProps {
  readonly imported: Imported;
  readonly weightsAlone: boolean;
  /** The design that takes the weights. */
  readonly onto: string | undefined;
  readonly replaces: "trained" | "imported" | undefined;
}

/** First what needs attention, then, folded away, all that went in as it is. */
export function ImportReport({ imported, weightsAlone, onto, replaces }: ImportReportProps) {
  const { design, report } = imported;
  const of = (fate: Entry["fate"]) => report.filter((it) => it.fate === fate);
  const [refused, approximated, mapped] = [of("refused"), of("approximated"), of("mapped")];
  const noted = mapped.filter((it) => it.words);
  return (
    <>
      <div className="import-summary">
        {onto === undefined ? (
          <p>
            <b>{design.name}</b> · {figuresWords(compile(design))}
          </p>
        ) : (
          <p>
            Weights for <b>{onto}</b>
          </p>
        )}
        <p>{countsWords(report, weightsAlone)}</p>
        {!weightsAlone && <p>{weightsWords(imported)}</p>}
        {weightsAlone && replaces && <p>They take the place of its {replaces} weights.</p>}
        {refused.length > 0 && (
          <p className="import-gaps">
            <CircleAlert aria-hidden="true" />
            {refused.length === 1
              ? "One layer is missing. Its neighbours stand unconnected, and the design works once you fill the gap."
              : `${refused.length} layers are missing. Their neighbours stand unconnected, and the design works once you fill the gaps.`}
          </p>
        )}
      </div>
      {refused.length > 0 && (
        <Entries title="Not taken over" fate="refused" icon={<CircleAlert />} entries={refused} />
      )}
      {approximated.length > 0 && (
        <Entries
          title="Close, but not the same"
          fate="approximated"
          icon={<TriangleAlert />}
          entries={approximated}
        />
      )}
      {mapped.length > 0 && (
        <details open={mapped.length <= 12 && refused.length + approximated.length === 0}>
          <summary>
            <ChevronRight aria-hidden="true" />
            Taken over as they are ({mapped.length}
            {noted.length > 0 && `, ${noted.length} with a remark`})
          </summary>
          <Entries fate="mapped" icon={<CircleCheck />} entries={mapped} />
        </details>
      )}
    </>
  );
}

interface EntriesProps {
  readonly title?: string;
  readonly fate: Entry["fate"];
  readonly icon: ReactNode;
  readonly entries: readonly Entry[];
}

const Entries = ({ title, fate, icon, entries }: EntriesProps) => (
  <section className="import-entries" data-fate={fate}>
    {title && (
      <h3>
        {icon}
        {title} ({entries.length})
      </h3>
    )}
    <ul>
      {entries.map((it, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a report does not change, and names in a file may repeat.
        <li key={index}>
          <span className="import-source">
            {it.source}
            {it.node !== undefined && it.node !== nameIn(it.source) && (
              <span className="import-node"> → {it.node}</span>
            )}
          </span>
          {it.words && <span className="import-words">{it.words}</span>}
        </li>
      ))}
    </ul>
  </section>
);

/** `conv_1` of `conv_1 (Conv2D)`. */
const nameIn = (source: string): string => source.replace(/ \([^()]*\)$/, "");
