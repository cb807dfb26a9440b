import { type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Site, TwinName } from "../../../shared/compile/twins/site.ts";
import { seenBy } from "../../../shared/compile/twins/wiring.ts";
import { useTheme } from "../../ui/use-theme.ts";
import { type Drawing, type Inks, paintWiring, type Unit } from "./paint-wiring.ts";
import { cellAt, frameOf, sceneOf } from "./scene.ts";

interface WiringPictureProps {
  readonly site: Site;
  readonly which: TwinName;
  readonly unit: Unit;
  /** What of a large map is in view: stays where it is while the pointer chooses. */
  readonly focus: Unit;
  readonly brightness: Drawing["brightness"];
  readonly label: string;
  readonly onPoint: (unit: Unit) => void;
  readonly onLeave: () => void;
}

/** The image, one feature map, and what one of its units sees. */
export function WiringPicture(props: WiringPictureProps) {
  const { site, which, unit, focus, brightness, label, onPoint, onLeave } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(canvas);
  const theme = useTheme();
  const drawing = drawingOf(site, focus, width, height);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawing` follows from what is listed.
  useEffect(() => {
    const pen = canvas.current?.getContext("2d");
    if (!canvas.current || !pen || width === 0) return;
    const scale = window.devicePixelRatio;
    canvas.current.width = Math.round(width * scale);
    canvas.current.height = Math.round(height * scale);
    pen.scale(scale, scale);
    pen.lineJoin = "round";
    paintWiring(pen, { ...drawing, which, unit, brightness }, inksOf(canvas.current, theme));
  }, [site, which, unit, focus, brightness, width, height, theme]);

  const point = ({ clientX, clientY, currentTarget }: PointerEvent) => {
    const { left, top } = currentTarget.getBoundingClientRect();
    const at = { x: clientX - left, y: clientY - top };
    const own = cellAt(drawing.scene.output, at);
    if (own) return onPoint([own[0] + drawing.output[0].from, own[1] + drawing.output[1].from]);
    const pixel = cellAt(drawing.scene.input, at);
    if (pixel) onPoint(above(site, [pixel[0] + drawing.input[0].from, pixel[1] + drawing.input[1].from]));
  };
  return (
    <canvas
      ref={canvas}
      className="twin-picture"
      role="img"
      aria-label={label}
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={onLeave}
    />
  );
}

/** The unit whose window has a pixel in its middle. */
function above(site: Site, [row, column]: Unit): Unit {
  const { stride } = site.window;
  const first = seenBy(site, [0, 0]);
  const to = (pixel: number, start: number, extent: number, step: number, count: number): number =>
    Math.min(Math.max(Math.round((pixel - start - (extent - 1) / 2) / step), 0), count - 1);
  return [
    to(row, first.row, first.height, stride[0], site.maps[0]),
    to(column, first.column, first.width, stride[1], site.maps[1]),
  ];
}

function drawingOf(
  site: Site,
  focus: Unit,
  width: number,
  height: number,
): Pick<Drawing, "site" | "scene" | "input" | "output"> {
  const seen = seenBy(site, focus);
  const input = [
    frameOf(site.input[0], seen.row + seen.height / 2),
    frameOf(site.input[1], seen.column + seen.width / 2),
  ] as const;
  const output = [frameOf(site.maps[0], focus[0]), frameOf(site.maps[1], focus[1])] as const;
  const scene = sceneOf(width, height, [input[0].count, input[1].count], [output[0].count, output[1].count]);
  return { site, scene, input, output };
}

function useSize(element: React.RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const measure = () => setSize({ width: current.clientWidth, height: current.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

function inksOf(element: Element, theme: Inks["theme"]): Inks {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    theme,
    surface: token("--raised"),
    line: token("--line"),
    strong: token("--line-strong"),
    ink: token("--ink"),
    soft: token("--ink-soft"),
    font: `500 ${token("--text")} ${token("--mono")}`,
  };
}
