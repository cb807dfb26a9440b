import { useEffect, useRef } from "react";
import type { Theme } from "../../ui/map-palettes.ts";
import { type Chart, createChart } from "./chart.ts";
import type { Metric, ShownRun } from "./chart-data.ts";
import "uplot/dist/uPlot.min.css";

interface CurveChartProps {
  readonly metric: Metric;
  readonly title: string;
  /** The latest numbers in words, for those who do not see the lines. */
  readonly summary: string;
  /** Why lines break off, a sentence or two each. */
  readonly breaks?: readonly string[];
  readonly runs: readonly ShownRun[];
  readonly theme: Theme;
  readonly onEpoch: (epoch: number | undefined) => void;
}

export function CurveChart({ metric, title, summary, breaks = [], runs, theme, onEpoch }: CurveChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart>(undefined);
  const latest = useRef(runs);
  latest.current = runs;
  const identity = runs.map((it) => `${it.series} ${it.record.run}`).join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: theme and identity are read through the style sheet and `latest`.
  useEffect(() => {
    if (!place.current) return;
    const made = createChart(place.current, metric, latest.current, onEpoch);
    chart.current = made;
    const observer = new ResizeObserver(() => made.fit());
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      made.remove();
      chart.current = undefined;
    };
  }, [metric, theme, identity, onEpoch]);

  useEffect(() => chart.current?.update(runs), [runs]);

  return (
    <figure className="training-chart">
      <figcaption>{title}</figcaption>
      {breaks.map((it) => (
        <p key={it} className="training-break">
          {it}
        </p>
      ))}
      <div ref={place} role="img" aria-label={summary} />
    </figure>
  );
}
