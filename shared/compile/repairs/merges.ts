import { type Graph, type Wire, wiresOutOf } from "../../graph/graph.ts";
import { type Image, isImage, type Shape } from "../../nodes/shape.ts";
import type { Repair, Step } from "../plan.ts";
import { type Drawing, listed, type Place } from "../problems/finding.ts";
import { denseTo, inRow, mixTo, resizings, type Way } from "./adapt.ts";
import { change, exchanged, insert } from "./edits.ts";

interface Arrival {
  readonly wire: Wire;
  readonly shape: Shape;
}
interface ImageArrival extends Arrival {
  readonly shape: Image;
}

/** Makes the inputs of a merge alike: a setting of what feeds it, layers on its wires, or a Concat in its place. */
export function mergeRepairs(place: Place, wires: readonly Wire[]): readonly Repair[] {
  const arrivals = wires.flatMap((wire): readonly Arrival[] => {
    const shape = place.steps.get(wire.from)?.output;
    return shape ? [{ wire, shape }] : [];
  });
  const images = arrivals.filter((it): it is ImageArrival => isImage(it.shape));
  const stacks = place.node.kind === "concat";
  const instead: Repair = {
    title: "Stack them with Concat instead",
    apply: (graph) => exchanged(graph, place.node.id, "concat"),
  };
  return [
    ...(images.length ? imageRepairs(place, images, stacks) : vectorRepairs(place, arrivals)),
    ...(stacks ? [] : [instead]),
  ];
}

function vectorRepairs(place: Place, arrivals: readonly Arrival[]): readonly Repair[] {
  const units = mostUsual(arrivals.map(({ shape }) => shape[0]));
  const odd = arrivals.filter(({ shape }) => shape[0] !== units && shape[0] !== 1);
  return [
    ...settingRepair(place, odd, "units", units),
    inserted(odd.map(({ wire }) => [wire, denseTo(units)])),
  ];
}

function imageRepairs(place: Place, images: readonly ImageArrival[], stacks: boolean): readonly Repair[] {
  const channels = stacks ? 0 : mostUsual(images.map(({ shape }) => shape[2]));
  const isOdd = ({ shape }: ImageArrival): boolean => channels > 0 && shape[2] !== channels && shape[2] !== 1;
  const mixed = (it: ImageArrival): readonly Way[] => (isOdd(it) ? [mixTo(channels)] : []);
  const resized = [smallest(images, stacks), largest(images, stacks)].flatMap((to) =>
    [0, 1].map((choice) =>
      images.flatMap((it): readonly (readonly [Wire, Way])[] => {
        const ways = resizings(it.shape, sidesFor(it.shape, to, stacks));
        const steps = [...ways.slice(Math.min(choice, ways.length - 1)).slice(0, 1), ...mixed(it)];
        return steps.length ? [[it.wire, inRow(...steps)]] : [];
      }),
    ),
  );
  return [
    ...settingRepair(place, images.filter(isOdd), "filters", channels),
    ...resized.filter((it) => it.length).map(inserted),
  ];
}

/** What an image must become for others of these sides; a merge that repeats leaves an axis of 1 alone. */
const sidesFor = ([height, width]: Image, to: readonly [number, number], stacks: boolean) =>
  stacks ? to : ([height === 1 ? 1 : to[0], width === 1 ? 1 : to[1]] as const);

const smallest = (images: readonly ImageArrival[], stacks: boolean) => sides(images, stacks, Math.min);
const largest = (images: readonly ImageArrival[], stacks: boolean) => sides(images, stacks, Math.max);

function sides(
  images: readonly ImageArrival[],
  stacks: boolean,
  pick: (...sizes: readonly number[]) => number,
): readonly [number, number] {
  const along = (axis: 0 | 1): number => {
    const sizes = images.map(({ shape }) => shape[axis]).filter((it) => stacks || it !== 1);
    return sizes.length ? pick(...sizes) : 1;
  };
  return [along(0), along(1)];
}

/** The size that most inputs have, the first of them among equals; 1 is repeated and does not count. */
function mostUsual(sizes: readonly number[]): number {
  const counted = sizes.filter((it) => it !== 1);
  const times = (size: number): number => counted.filter((it) => it === size).length;
  return counted.toSorted((a, b) => times(b) - times(a))[0] ?? 1;
}

/** Where the odd ones come straight from layers that choose the number themselves and feed nothing else. */
function settingRepair(
  { graph, steps }: Drawing,
  odd: readonly Arrival[],
  setting: "units" | "filters",
  size: number,
): readonly Repair[] {
  const sources = odd.map(({ wire }) => steps.get(wire.from));
  const chooses = (it: Step | undefined): it is Step =>
    it !== undefined && setting in it.kind.settings && wiresOutOf(graph, it.node.id).length === 1;
  if (!odd.length || !sources.every(chooses)) return [];
  const ids = sources.map((it) => it.node.id);
  const changes = ids.map((id) => change(id, { [setting]: size }, ""));
  return [
    {
      title: `Set ${setting} of ${listed(ids)} to ${size}`,
      apply: (it) => changes.reduce((changed: Graph, step) => step.apply(changed), it),
    },
  ];
}

function inserted(ways: readonly (readonly [Wire, Way])[]): Repair {
  const words = ways.map(([wire, way]) => `${way.words} behind ${wire.from}`);
  return insert(
    ways.map(([wire, way]) => [wire, way.layers]),
    `Insert ${listed(words, 3)}`,
  );
}
