import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { toggle, usePreference } from "../state/preferences.ts";

interface FiguresProps {
  readonly label: string;
  /** What people look for first. */
  readonly children: ReactNode;
  /** What waits behind a line, until somebody wants it; remembered for all layers and designs. */
  readonly others: ReactNode;
}

export function Figures({ label, children, others }: FiguresProps) {
  const showsAll = usePreference("allFigures");
  return (
    <section className="inspector-figures" aria-label={label}>
      {children}
      <button
        type="button"
        className="inspector-more"
        aria-expanded={showsAll}
        onClick={() => toggle("allFigures")}
      >
        <ChevronRight aria-hidden="true" />
        {showsAll ? "Fewer figures" : "All figures"}
      </button>
      {showsAll && others}
    </section>
  );
}
