import { axesOf, dimsOf, type Flow, type Places } from "../flow.ts";
import { arrayAt, axisOf, gap, type Readers, real, type Site, shortest, text, wholes } from "../site.ts";
import type { Layer } from "../sketch.ts";
import { listOf } from "../tensor.ts";
import { pictured, shownDims } from "../views.ts";

export const borders: Readers = { Pad: pad, Slice: slice };

/** Zeros or cuts at the sides of an image, in the order of our settings: top, bottom, left, right. */
type Amount = readonly [number, number, number, number];

/** Pad-2 has its amounts as an attribute, Pad-11 and later as an input, Pad-18 and later with axes. */
function pad(site: Site): Flow {
  const given = site.flow(0);
  const count = given.axes.length;
  const told = wholes(site, "pads") ?? listOf(arrayAt(site, 1, "amount"));
  const axes = site.has(3)
    ? listOf(arrayAt(site, 3, "list of axes")).map((it) => axisOf(it, count))
    : given.axes.map((_, place) => place);
  if (told.length !== 2 * axes.length) gap(`Its pads [${told.join(", ")}] do not fit ${axes.length} axes.`);
  const at = (place: number, side: 0 | 1): number => told[axes.indexOf(place) + side * axes.length] ?? 0;
  const image = imagePlaces(
    site,
    given,
    (place) => axes.includes(place) && (at(place, 0) !== 0 || at(place, 1) !== 0),
  );
  if (!image) {
    site.note("It adds nothing.");
    return given;
  }
  const { flow, places } = image;
  const [height, width] = places;
  const amount: Amount = [at(height, 0), at(height, 1), at(width, 0), at(width, 1)];
  const grown = amount.map((it) => Math.max(it, 0));
  const cut = amount.map((it) => Math.max(-it, 0));
  const padded =
    grown.some((it) => it > 0) || isOwnBorder(site)
      ? change(
          site,
          "zeroPad2d",
          grown,
          flow,
          places,
          cut.some((it) => it > 0),
        )
      : flow;
  if (padded.layer && padded !== flow) tellDifference(site, padded.layer);
  return cut.some((it) => it > 0) ? change(site, "crop2d", cut, padded, places, false) : padded;
}

function tellDifference(site: Site, layer: Layer): void {
  const mode = text(site, "mode", "constant");
  const value = site.has(2) ? (site.known(2)?.at(0) ?? Number.NaN) : real(site, "value", 0);
  if (mode !== "constant")
    layer.differences.push(`The border is zeros in the design; the file repeats pixels there (${mode}).`);
  else if (value !== 0)
    layer.differences.push(`The border is zeros in the design and ${shortest(value)} in the file.`);
}

/** Slice-1 has its limits as attributes, Slice-10 and later as inputs. Steps of more than one take pixels away. */
function slice(site: Site): Flow {
  const given = site.flow(0);
  const list = (name: string, slot: number, words: string): readonly number[] | undefined =>
    wholes(site, name) ?? (site.has(slot) ? listOf(arrayAt(site, slot, words)) : undefined);
  const starts = list("starts", 1, "beginning") ?? [];
  const ends = list("ends", 2, "end") ?? [];
  const axes = (list("axes", 3, "list of axes") ?? starts.map((_, index) => index)).map((it) =>
    axisOf(it, given.axes.length),
  );
  const steps = list("steps", 4, "step") ?? starts.map(() => 1);
  const dims = dimsOf(given);
  const range = (place: number): readonly [from: number, to: number, step: number] => {
    const index = axes.indexOf(place);
    const size = dims[place] ?? 1;
    if (index < 0 || Number.isNaN(size)) return [0, size, 1];
    const limit = (told: number): number => Math.min(Math.max(told < 0 ? told + size : told, 0), size);
    return [limit(starts[index] ?? 0), limit(ends[index] ?? size), steps[index] ?? 1];
  };
  const changes = (place: number): boolean => {
    const [from, to, step] = range(place);
    const size = dims[place] ?? 1;
    return (
      axes.includes(place) &&
      (Number.isNaN(size) ? !isWholeAxis(starts, ends, axes, place) : from !== 0 || to !== size || step !== 1)
    );
  };
  const image = imagePlaces(site, given, changes);
  if (!image) {
    site.note("It cuts off nothing.");
    return given;
  }
  const { flow, places } = image;
  const [[top, bottom, down], [left, right, across]] = [range(places[0]), range(places[1])];
  if (down < 1 || across < 1) gap("It runs backwards, which no layer does.");
  const [height = 1, width = 1] = flow.shape;
  const amount = [top, height - bottom, left, width - right];
  const thins = down > 1 || across > 1;
  const cropped =
    amount.some((it) => it !== 0) || isOwnBorder(site)
      ? change(site, "crop2d", amount, flow, places, thins)
      : flow;
  if (!thins) return cropped;
  // A pool of single pixels takes every so many-th.
  const layer = site.place("maxPool2d", { size: 1, stride: [down, across] }, [cropped]);
  return { layer, shape: layer.shape, factors: layer.shape, axes: axesOf(places) };
}

const isWholeAxis = (
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[],
  place: number,
): boolean => {
  const index = axes.indexOf(place);
  return starts[index] === 0 && (ends[index] ?? 0) >= 2 ** 31 - 1;
};

/** In files of our own a border of nothing is a layer too. */
const isOwnBorder = ({ own }: Site): boolean => own?.kind === "zeroPad2d" || own?.kind === "crop2d";

/** Where the image stands; undefined where no axis changes. A gap where another than height and width does. */
function imagePlaces(site: Site, flow: Flow, changes: (place: number) => boolean) {
  const changed = flow.axes.flatMap((_, place) => (changes(place) ? [place] : []));
  if (!changed.length && !isOwnBorder(site)) return undefined;
  const what = site.operation.operator === "Pad" ? "Zero Pad 2D" : "Crop 2D";
  return (
    pictured(site, flow, changed) ??
    gap(
      `It changes axis ${changed.join(", ")} of ${shownDims(flow)}, and ${what} the height and width of images.`,
    )
  );
}

function change(
  site: Site,
  kind: "zeroPad2d" | "crop2d",
  amount: readonly number[],
  flow: Flow,
  places: Places,
  isFirst: boolean,
): Flow {
  const [top = 0] = amount;
  const layer = site.place(
    kind,
    { amount: amount.every((it) => it === top) ? top : amount },
    [flow],
    isFirst ? { suffix: kind === "crop2d" ? "crop" : "pad" } : {},
  );
  return { layer, shape: layer.shape, factors: layer.shape, axes: axesOf(places) };
}
