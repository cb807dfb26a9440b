import uPlot from "uplot";
import { chartData, epochsShown, linesPerRun, type Metric, type ShownRun, valueRange } from "./chart-data.ts";

export interface Chart {
  /** The same runs, further on. */
  update(runs: readonly ShownRun[]): void;
  fit(): void;
  remove(): void;
}

/** Runs differ in colour and in the dashes of their validation line. */
export const dashes: readonly (readonly number[])[] = [
  [6, 4],
  [2, 3],
  [10, 3, 2, 3],
  [12, 4],
  [4, 2, 1, 2],
  [1, 2],
];

/** Document places beyond the palette begin again at its start. */
export const lookNumber = (series: number): number => series % dashes.length;

/**
 * A chart of one metric that fills `place`. Make a new one when the theme or the set of runs changes.
 * `onEpoch` hears which epoch the pointer is over, in this chart or in one beside it.
 */
export function createChart(
  place: HTMLElement,
  metric: Metric,
  first: readonly ShownRun[],
  onEpoch: (epoch: number | undefined) => void,
): Chart {
  let runs = first;
  let data = chartData(runs, metric);
  let drawnAt = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const style = getComputedStyle(place);
  const chart = new uPlot(
    {
      width: place.clientWidth,
      height: place.clientHeight,
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: false, y: false },
        sync: { key: "training", setSeries: false },
      },
      scales: {
        x: { time: false, range: () => [0, epochsShown(runs)] },
        y: { range: () => [...valueRange(data, metric)] },
      },
      axes: [
        { ...axis(style), size: 24, space: 48, incrs: wholeSteps },
        {
          ...axis(style),
          size: 48,
          space: 28,
          values: (_, ticks) => ticks.map((it) => tickText(it, metric)),
        },
      ],
      series: [
        {},
        ...runs.flatMap(({ series }) => linesOf(series, style, () => epochsShown(runs) <= mostMarked)),
      ],
      hooks: { setCursor: [(self) => onEpoch(epochUnder(self))] },
    },
    data,
    place,
  );
  const draw = (): void => {
    timer = undefined;
    drawnAt = performance.now();
    data = chartData(runs, metric);
    chart.setData(data);
  };
  return {
    update(next) {
      runs = next;
      timer ??= setTimeout(draw, Math.max(0, drawnAt + shortestMs - performance.now()));
    },
    fit() {
      const { clientWidth: width, clientHeight: height } = place;
      if (width !== chart.width || height !== chart.height) chart.setSize({ width, height });
    },
    remove() {
      clearTimeout(timer);
      chart.destroy();
    },
  };
}

/** Beyond this the dots of the epochs would run into each other. */
const mostMarked = 40;
/** Between two drawings: faster is not seen, and every drawing writes the axes anew. */
const shortestMs = 200;
const wholeSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

const token = (style: CSSStyleDeclaration, name: string): string => style.getPropertyValue(name).trim();

/** A canvas does not follow the style sheet by itself: the tokens are read when the chart is made. */
function axis(style: CSSStyleDeclaration): uPlot.Axis {
  const line = { stroke: token(style, "--line"), width: 1 };
  return {
    stroke: token(style, "--ink-faint"),
    font: `${token(style, "--text-small")} ${token(style, "--font")}`,
    grid: line,
    ticks: { ...line, size: 4 },
    gap: 4,
  };
}

function linesOf(series: number, style: CSSStyleDeclaration, marked: () => boolean): readonly uPlot.Series[] {
  const look = lookNumber(series);
  const stroke = token(style, `--series-${look + 1}`);
  const shared = { stroke, spanGaps: true };
  const lines: readonly uPlot.Series[] = [
    { ...shared, width: 1, alpha: 0.45, points: { show: false } },
    { ...shared, width: 2, points: { show: marked, size: 5, fill: stroke } },
    {
      ...shared,
      width: 2,
      dash: [...(dashes[look] ?? [])],
      points: { show: marked, size: 5, fill: token(style, "--surface") },
    },
  ];
  return lines.slice(0, linesPerRun);
}

const tickText = (value: number, metric: Metric): string =>
  metric === "accuracy" ? `${Math.round(value * 1000) / 10} %` : String(Number(value.toPrecision(4)));

function epochUnder({ cursor, posToVal }: uPlot): number | undefined {
  const { left } = cursor;
  return left === undefined || left < 0 ? undefined : Math.max(1, Math.round(posToVal(left, "x")));
}
