import { volume } from "../../nodes/shape.ts";
import type { Operation } from "./messages.ts";
import type { Network } from "./network.ts";
import { axisOf, gap } from "./site.ts";
import { type Known, known, listOf, numbersOf } from "./tensor.ts";

/** The array behind a name: one of the model's, or what a Constant gives. */
export function constantOf({ constants, makerOf }: Network, value: string): Known | undefined {
  const tensor = constants.get(value);
  if (tensor) return numbersOf(tensor);
  const maker = makerOf(value);
  return maker?.operator === "Constant" ? constant(maker) : undefined;
}

/** Constant-1 to -21: the array itself, or since opset 12 a number or a list. */
function constant({ attributes }: Operation): Known | undefined {
  const tensor = attributes.get("value")?.tensor;
  if (tensor) return numbersOf(tensor);
  const one = attributes.get("value_float")?.real ?? attributes.get("value_int")?.whole;
  if (one !== undefined) return known([], [one]);
  const list = attributes.get("value_floats")?.reals ?? attributes.get("value_ints")?.wholes;
  return list && known([list.length], list);
}

interface Folding {
  readonly operation: Operation;
  /** What is known of a slot; undefined where it is left out. */
  readonly given: readonly (Known | undefined)[];
}

/** Works out operators whose inputs are all known, such as the chain that PyTorch writes for `view(x.size(0), -1)`. */
export const folders: Readonly<Record<string, (folding: Folding) => Known | undefined>> = {
  Constant: ({ operation }) => constant(operation),
  Identity: ({ given }) => given[0],
  Cast: ({ given, operation }) => cast(given[0], operation),
  Reshape: ({ given }) => reshaped(given[0], given[1]),
  Flatten: ({ given: [array] }) =>
    array && { ...array, dims: [array.dims[0] ?? 1, volume(array.dims.slice(1))] },
  Transpose: ({ given, operation }) => transposed(given[0], operation.attributes.get("perm")?.wholes),
  Unsqueeze: unsqueezed,
  Squeeze: squeezed,
  Gather: gathered,
  Concat: joined,
  Slice: sliced,
  Shape: ({ given: [array] }) => array && known([array.dims.length], array.dims),
  ConstantOfShape: ({ given: [shape], operation }) => filled(shape, operation),
  Add: (it) => elementwise(it, (a, b) => a + b),
  Sub: (it) => elementwise(it, (a, b) => a - b),
  Mul: (it) => elementwise(it, (a, b) => a * b),
  Div: (it) => elementwise(it, (a, b) => a / b),
  Sqrt: (it) => elementwise(it, Math.sqrt),
  Neg: (it) => elementwise(it, (a) => -a),
  Exp: (it) => elementwise(it, Math.exp),
  Floor: (it) => elementwise(it, Math.floor),
  Ceil: (it) => elementwise(it, Math.ceil),
};

/** What is worked out stays small; arrays of the file are only looked at in another way. */
const most = 2 ** 20;

const limited = (count: number): number =>
  count <= most ? count : gap(`It works out ${count} fixed numbers; at most ${most} can be.`);

/** Types of whole numbers, as TensorProto.DataType numbers them. */
const wholeTypes: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 7, 12, 13]);

function cast(array: Known | undefined, { attributes }: Operation): Known | undefined {
  if (!array || !wholeTypes.has(attributes.get("to")?.whole ?? 1)) return array;
  return { ...array, at: (place) => Math.trunc(array.at(place)) };
}

function reshaped(array: Known | undefined, shape: Known | undefined): Known | undefined {
  if (!array || !shape) return undefined;
  const target = listOf(shape).map((it, place) => (it === 0 ? (array.dims[place] ?? 1) : it));
  const rest = volume(target.filter((it) => it !== -1));
  const dims = target.map((it) => (it === -1 ? volume(array.dims) / rest : it));
  return volume(dims) === volume(array.dims) && dims.every((it) => it >= 0) ? { ...array, dims } : undefined;
}

function transposed(array: Known | undefined, perm: readonly number[] | undefined): Known | undefined {
  if (!array) return undefined;
  const order = perm ?? array.dims.map((_, place) => place).reverse();
  if (
    order.length !== array.dims.length ||
    new Set(order).size !== order.length ||
    order.some((it) => !(it in array.dims))
  )
    return undefined;
  const strides = order.map((it) => volume(array.dims.slice(it + 1)));
  const dims = order.map((it) => array.dims[it] ?? 1);
  const at = (place: number): number => {
    let [rest, from] = [place, 0];
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const size = dims[axis] ?? 1;
      from += (rest % size) * (strides[axis] ?? 0);
      rest = Math.floor(rest / size);
    }
    return array.at(from);
  };
  return { dims, at, floats: () => Float32Array.from({ length: volume(dims) }, (_, place) => at(place)) };
}

/** The axes are an attribute up to opset 12, then an input. */
const axesIn = ({ operation, given }: Folding, slot: number): readonly number[] | undefined =>
  operation.attributes.get("axes")?.wholes ?? (given[slot] && listOf(given[slot]));

function unsqueezed(folding: Folding): Known | undefined {
  const [array] = folding.given;
  const told = axesIn(folding, 1);
  if (!array || !told) return undefined;
  const count = array.dims.length + told.length;
  const axes = told.map((it) => axisOf(it, count));
  const rest = [...array.dims];
  return {
    ...array,
    dims: Array.from({ length: count }, (_, place) => (axes.includes(place) ? 1 : (rest.shift() ?? 1))),
  };
}

function squeezed(folding: Folding): Known | undefined {
  const [array] = folding.given;
  const axes = axesIn(folding, 1)?.map((it) => axisOf(it, array?.dims.length ?? 0));
  return (
    array && {
      ...array,
      dims: array.dims.filter((size, place) => (axes ? !axes.includes(place) : size !== 1)),
    }
  );
}

function gathered({ operation, given: [array, indices] }: Folding): Known | undefined {
  if (!array || !indices) return undefined;
  const axis = axisOf(operation.attributes.get("axis")?.whole ?? 0, array.dims.length);
  const size = array.dims[axis] ?? 1;
  const inner = volume(array.dims.slice(axis + 1));
  const outer = volume(array.dims.slice(0, axis));
  limited(outer * inner * volume(indices.dims));
  const picked = listOf(indices).map((it) => axisOf(it, size));
  const numbers = Array.from({ length: outer }, (_, before) => before).flatMap((before) =>
    picked.flatMap((it) =>
      Array.from({ length: inner }, (_, behind) => array.at((before * size + it) * inner + behind)),
    ),
  );
  return known([...array.dims.slice(0, axis), ...indices.dims, ...array.dims.slice(axis + 1)], numbers);
}

/** Lists one after the other, as shapes are put together; larger arrays are not joined. */
function joined({ given }: Folding): Known | undefined {
  const lists = given.flatMap((it) => it ?? []);
  if (lists.length !== given.length || lists.some((it) => it.dims.length > 1)) return undefined;
  limited(lists.reduce((sum, it) => sum + volume(it.dims), 0));
  const numbers = lists.flatMap(listOf);
  return known([numbers.length], numbers);
}

/** Along any axes, also backwards, as PyTorch turns the amounts of a Pad around. */
function sliced({ operation: { attributes }, given }: Folding): Known | undefined {
  const [array] = given;
  if (!array) return undefined;
  const list = (name: string, slot: number): readonly number[] | undefined =>
    attributes.get(name)?.wholes ?? (given[slot] && listOf(given[slot]));
  const [starts, ends] = [list("starts", 1) ?? [], list("ends", 2) ?? []];
  const axes = (list("axes", 3) ?? starts.map((_, axis) => axis)).map((it) => axisOf(it, array.dims.length));
  const steps = list("steps", 4) ?? [];
  limited(volume(array.dims));
  const picked = array.dims.map((size, axis) => {
    const index = axes.indexOf(axis);
    const whole = Array.from({ length: size }, (_, at) => at);
    if (index < 0) return whole;
    const step = steps[index] ?? 1;
    const at = (told: number): number => (told < 0 ? told + size : told);
    const [start, end] = [at(starts[index] ?? 0), at(ends[index] ?? size)];
    const within = whole.filter((it) => (step > 0 ? it >= start && it < end : it <= start && it > end));
    const ordered = step > 0 ? within : within.reverse();
    return ordered.filter((_, place) => place % Math.abs(step) === 0);
  });
  const strides = array.dims.map((_, axis) => volume(array.dims.slice(axis + 1)));
  const places = picked.reduce<readonly number[]>(
    (all, along, axis) => all.flatMap((before) => along.map((it) => before + it * (strides[axis] ?? 1))),
    [0],
  );
  return known(
    picked.map((it) => it.length),
    places.map(array.at),
  );
}

function filled(shape: Known | undefined, { attributes }: Operation): Known | undefined {
  if (!shape) return undefined;
  const dims = listOf(shape);
  if (dims.some((it) => !(it >= 0))) return undefined;
  const tensor = attributes.get("value")?.tensor;
  const value = tensor ? numbersOf(tensor).at(0) : 0;
  return known(dims, new Array<number>(limited(volume(dims))).fill(value));
}

/** Of arrays of one shape, or with one of a single number. */
function elementwise({ given }: Folding, work: (a: number, b: number) => number): Known | undefined {
  const [a, b] = given;
  if (!a) return undefined;
  const [countA, countB] = [volume(a.dims), b ? volume(b.dims) : 1];
  if (b && countA !== countB && countA !== 1 && countB !== 1) return undefined;
  const count = limited(Math.max(countA, countB));
  const numbers = Array.from({ length: count }, (_, place) =>
    work(a.at(countA === 1 ? 0 : place), b?.at(countB === 1 ? 0 : place) ?? 0),
  );
  return known(b && (countB > countA || b.dims.length > a.dims.length) ? b.dims : a.dims, numbers);
}
