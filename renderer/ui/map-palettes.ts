/** Colours in order of value, each as ImageData wants it in a Uint32Array on a little-endian machine: 0xAABBGGRR. */
export type Palette = Uint32Array;

export type Theme = "light" | "dark";

/**
 * For activations. Lightness rises in a straight line from ink to pale yellow while the hue travels through blue
 * and green, so that equal steps of the value look equal and the order survives every kind of colour blindness
 * and a grey printer.
 */
export const sequential: Palette = packed(
  evenly(
    curve([
      [0.17, 0.06, 285],
      [0.36, 0.135, 280],
      [0.54, 0.105, 235],
      [0.73, 0.12, 172],
      [0.95, 0.13, 108],
    ]),
    256,
  ),
);

/**
 * For weights: blue below zero, orange above, the paper's own colour at zero. Blue and orange stay apart for all
 * three kinds of dichromats. The odd number of colours gives zero one of its own.
 */
export const diverging: Readonly<Record<Theme, Palette>> = {
  light: fromZero(
    [0.975, 0, 90],
    [
      [0.68, 0.12, 245],
      [0.42, 0.14, 258],
    ],
    [
      [0.7, 0.14, 55],
      [0.46, 0.14, 40],
    ],
  ),
  dark: fromZero(
    [0.16, 0, 270],
    [
      [0.55, 0.14, 250],
      [0.9, 0.08, 220],
    ],
    [
      [0.58, 0.15, 45],
      [0.9, 0.1, 80],
    ],
  ),
};

/** Images as they are, black to white. */
export const grey: Palette = Uint32Array.from(
  { length: 256 },
  (_, level) => ((255 << 24) | (level << 16) | (level << 8) | level) >>> 0,
);

/** `rgb(…)` of the colour at a place from 0 (lowest) to 1 (highest), for drawings that are not bitmaps. */
export function colourAt(palette: Palette, place: number): string {
  const last = palette.length - 1;
  const colour = palette[Math.round(Math.min(1, Math.max(0, place)) * last)] ?? 0;
  return `rgb(${colour & 255} ${(colour >> 8) & 255} ${(colour >> 16) & 255})`;
}

/** Whether white text is easier to read on the colour at a place than black text (WCAG 2.2, relative luminance). */
export function needsWhiteText(palette: Palette, place: number): boolean {
  const colour = palette[Math.round(Math.min(1, Math.max(0, place)) * (palette.length - 1))] ?? 0;
  const [red = 0, green = 0, blue = 0] = [colour, colour >> 8, colour >> 16].map((it) => toLinear(it & 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179;
}

/** Lightness 0 to 1, chroma, hue in degrees (OKLCh: Björn Ottosson, "A perceptual color space", 2020). */
type Stop = readonly [lightness: number, chroma: number, hue: number];
type Lab = readonly [number, number, number];

function fromZero(zero: Stop, below: readonly Stop[], above: readonly Stop[]): Palette {
  const armLength = 128;
  const down = evenly(curve([zero, ...below]), armLength);
  const up = evenly(curve([zero, ...above]), armLength);
  return packed([...down.slice(1).reverse(), ...up]);
}

/** A smooth way through the stops (Catmull–Rom in OKLab), pulled into what a screen can show. */
function curve(stops: readonly Stop[], count = 1024): readonly Lab[] {
  const labs = stops.map(([lightness, chroma, hue]): Lab => {
    const angle = (hue * Math.PI) / 180;
    return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
  });
  const at = (index: number): Lab => labs[Math.min(labs.length - 1, Math.max(0, index))] ?? [0, 0, 0];
  return Array.from({ length: count }, (_, step) => {
    const place = (step / (count - 1)) * (labs.length - 1);
    const index = Math.min(Math.floor(place), labs.length - 2);
    return showable(hermite([at(index - 1), at(index), at(index + 1), at(index + 2)], place - index));
  });
}

function hermite([before, from, to, after]: readonly [Lab, Lab, Lab, Lab], t: number): Lab {
  const along = (axis: 0 | 1 | 2): number => {
    const leaving = (to[axis] - before[axis]) / 2;
    const arriving = (after[axis] - from[axis]) / 2;
    return (
      (2 * t ** 3 - 3 * t ** 2 + 1) * from[axis] +
      (t ** 3 - 2 * t ** 2 + t) * leaving +
      (3 * t ** 2 - 2 * t ** 3) * to[axis] +
      (t ** 3 - t ** 2) * arriving
    );
  };
  return [along(0), along(1), along(2)];
}

/** The colour itself, or the most colourful one of the same lightness and hue that sRGB has. */
function showable([lightness, a, b]: Lab): Lab {
  const fits = (share: number): boolean =>
    linearRgb([lightness, a * share, b * share]).every((it) => it >= -0.001 && it <= 1.001);
  if (fits(1)) return [lightness, a, b];
  let [low, high] = [0, 1];
  for (let round = 0; round < 12; round++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return [lightness, a * low, b * low];
}

/** Colours at equal distances along the way, so that equal differences of the value look equally large. */
function evenly(way: readonly Lab[], count: number): readonly Lab[] {
  const walked = [0];
  for (const [index, point] of way.entries()) {
    const last = way[index - 1];
    if (last) walked.push((walked.at(-1) ?? 0) + distance(last, point));
  }
  const total = walked.at(-1) ?? 0;
  let at = 0;
  return Array.from({ length: count }, (_, step) => {
    const wanted = (step / (count - 1)) * total;
    while (at < way.length - 2 && (walked[at + 1] ?? 0) < wanted) at++;
    return way[at + (wanted > (walked[at] ?? 0) ? 1 : 0)] ?? [0, 0, 0];
  });
}

function distance(a: Lab, b: Lab): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function packed(colours: readonly Lab[]): Palette {
  return Uint32Array.from(colours, (it) => {
    const [red, green, blue] = linearRgb(it).map(toByte);
    return ((255 << 24) | ((blue ?? 0) << 16) | ((green ?? 0) << 8) | (red ?? 0)) >>> 0;
  });
}

function linearRgb([lightness, a, b]: Lab): readonly number[] {
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ];
}

/** The sRGB transfer curve (IEC 61966-2-1). */
function toByte(linear: number): number {
  const held = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (held <= 0.0031308 ? 12.92 * held : 1.055 * held ** (1 / 2.4) - 0.055));
}

function toLinear(byte: number): number {
  const share = byte / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
