export type Point = readonly [x: number, y: number];

/** One movement of the pen: smooth pieces that meet in corners. */
export type Stroke = readonly (readonly Point[])[];

/** Reads "x,y x,y! x,y": the pen runs smoothly through the points and turns sharply at "!". */
export function stroke(path: string): Stroke {
  const pieces: Point[][] = [[]];
  for (const word of path.split(" ")) {
    const [x = 0, y = 0] = word.replace("!", "").split(",").map(Number);
    pieces.at(-1)?.push([x, y]);
    if (word.endsWith("!")) pieces.push([[x, y]]);
  }
  return pieces;
}

const stepsPerSpan = 4;

/**
 * The line of short steps that runs through all points: a centripetal Catmull–Rom spline, which neither overshoots
 * nor loops between uneven points (Yuksel, Schaefer, Keyser 2011, "Parameterization and applications of Catmull–Rom
 * curves"), evaluated by Barry and Goldman's pyramid. The ends continue straight.
 */
export function smoothLine(points: readonly Point[]): Point[] {
  const [first, second] = points;
  if (!first || !second) return [...points];
  const last = points.at(-1) ?? second;
  const beforeLast = points.at(-2) ?? first;
  const all = [mirror(second, first), ...points, mirror(beforeLast, last)];
  const line: Point[] = [first];
  for (let span = 0; span + 1 < points.length; span++) {
    const [a = first, b = first, c = first, d = first] = all.slice(span, span + 4);
    const atB = knot(0, a, b);
    const atC = knot(atB, b, c);
    const atD = knot(atC, c, d);
    for (let step = 1; step <= stepsPerSpan; step++) {
      const t = atB + ((atC - atB) * step) / stepsPerSpan;
      const ab = between(a, b, 0, atB, t);
      const bc = between(b, c, atB, atC, t);
      const cd = between(c, d, atC, atD, t);
      line.push(between(between(ab, bc, 0, atC, t), between(bc, cd, atB, atD, t), atB, atC, t));
    }
  }
  return line;
}

const mirror = ([x, y]: Point, [atX, atY]: Point): Point => [2 * atX - x, 2 * atY - y];

// Equal points would divide by zero.
const knot = (from: number, [x, y]: Point, [toX, toY]: Point): number =>
  from + Math.max(1e-3, Math.sqrt(Math.hypot(toX - x, toY - y)));

function between([x, y]: Point, [toX, toY]: Point, from: number, to: number, t: number): Point {
  const share = (t - from) / (to - from);
  return [x + (toX - x) * share, y + (toY - y) * share];
}
