import type { Form } from "./forms.ts";
import { type Point, smoothLine } from "./stroke.ts";

/** A pen's way across the image, in pixels. */
export interface Trace {
  readonly line: readonly Point[];
  /** Half the pen's width at every point of the line. */
  readonly radii: readonly number[];
}

const imageSize = 28;
// MNIST's centre is the middle of pixel (14, 14), half a pixel below and right of the image's.
const middle = 14.5;

/**
 * Writes a form as a hand would: points wobble, the sheet is warped, slanted, turned and stretched, the pen presses
 * more or less. As in MNIST (LeCun et al. 1998, section III.A) a digit fits a box of 20×20 pixels and the centre of
 * its ink lies in the middle of the image; here both vary a little.
 */
export function write(form: Form, next: () => number): readonly Trace[] {
  const move = wobble(next);
  const posture = takePosture(next);
  const lines = form.strokes.map((stroke) =>
    trim(
      stroke.flatMap((piece, index) => smoothLine(piece.map(move).map(posture)).slice(index === 0 ? 0 : 1)),
      next,
    ),
  );
  const radius = 0.75 + 1.05 * next() ** 1.5 + 0.25 * next();
  const place = intoImage(lines, radius, next);
  return lines.map((line) => ({ line: line.map(place), radii: pressure(line.length, radius, next) }));
}

/** Mean 0, deviation 1, never beyond ±2.45, so that no digit becomes unreadable: the sum of two uniform numbers. */
const about = (next: () => number): number => Math.sqrt(6) * (next() + next() - 1);

/** Control points move with a smooth warp of the sheet, and each a little by itself. */
function wobble(next: () => number): (point: Point) => Point {
  const sloppiness = 0.55 + 0.95 * next() ** 2;
  const waves = Array.from({ length: 3 }, () => ({
    x: about(next) / 28,
    y: about(next) / 28,
    phase: 2 * Math.PI * next(),
    pushX: 3.1 * sloppiness * about(next),
    pushY: 3.1 * sloppiness * about(next),
  }));
  return ([x, y]) => {
    let [toX, toY] = [x + 1.3 * sloppiness * about(next), y + 1.3 * sloppiness * about(next)];
    for (const wave of waves) {
      const height = Math.sin(wave.x * x + wave.y * y + wave.phase);
      toX += wave.pushX * height;
      toY += wave.pushY * height;
    }
    return [toX, toY];
  };
}

/** Slant, turn and proportions of a whole digit; most people lean to the right. */
function takePosture(next: () => number): (point: Point) => Point {
  const slant = 0.12 + 0.2 * about(next);
  const turn = 0.1 * about(next);
  const stretch = Math.exp(0.14 + 0.19 * about(next));
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return ([x, y]) => {
    const [leaning, down] = [(x - 30) * stretch - slant * (y - 50), y - 50];
    return [leaning * cos - down * sin, leaning * sin + down * cos];
  };
}

/** The pen touches down late or lifts early. */
function trim(line: readonly Point[], next: () => number): readonly Point[] {
  const cut = () => Math.floor(line.length * 0.06 * next() ** 2);
  return line.slice(cut(), line.length - cut());
}

/** Fits the larger side into 16 to 20 pixels, ink included, and puts the centre of the ink near the middle, no ink on the border. */
function intoImage(
  lines: readonly (readonly Point[])[],
  radius: number,
  next: () => number,
): (point: Point) => Point {
  const all = lines.flat();
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const box = 20.5 - 4 * next() ** 1.5;
  const scale = (box - 2 * radius) / Math.max(right - left, bottom - top);
  const [centreX, centreY] = centreOf(lines);
  const shift = (centre: number, low: number, high: number): number => {
    const wanted = middle + 0.9 * about(next) - scale * centre;
    const margin = 1.2 * radius + 1;
    return Math.min(imageSize - margin - scale * high, Math.max(margin - scale * low, wanted));
  };
  const shiftX = shift(centreX, left, right);
  const shiftY = shift(centreY, top, bottom);
  return ([x, y]) => [x * scale + shiftX, y * scale + shiftY];
}

/** Middle of the ink: of the steps, by length. */
function centreOf(lines: readonly (readonly Point[])[]): Point {
  let [sumX, sumY, total] = [0, 0, 0];
  for (const line of lines)
    for (let at = 1; at < line.length; at++) {
      const [[x, y] = [0, 0], [toX, toY] = [0, 0]] = [line[at - 1], line[at]];
      const length = Math.hypot(toX - x, toY - y);
      sumX += (length * (x + toX)) / 2;
      sumY += (length * (y + toY)) / 2;
      total += length;
    }
  return [sumX / total, sumY / total];
}

/** Pressure swells and fades along a stroke, and is lighter where the pen touches down or lifts. */
function pressure(length: number, radius: number, next: () => number): readonly number[] {
  const [swell, phase, rhythm] = [0.16 * next(), 2 * Math.PI * next(), 1 + 2 * next()];
  const [down, up] = [0.55 + 0.45 * next(), 0.5 + 0.5 * next()];
  return Array.from({ length }, (_, at) => {
    const share = at / Math.max(1, length - 1);
    const ends = Math.min(down + share * 8, up + (1 - share) * 6, 1);
    return radius * ends * (1 + swell * Math.sin(phase + rhythm * Math.PI * share));
  });
}
