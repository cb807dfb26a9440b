import { randomStream } from "../../nodes/random.ts";

/** Seeded chance. */
export interface Chance {
  below(count: number): number;
  of<T>(choices: readonly T[]): T;
}

export function chanceOf(seed: number): Chance {
  const next = randomStream(seed);
  const below = (count: number): number => Math.floor(next() * count);
  return {
    below,
    of: (choices) => {
      const choice = choices[below(choices.length)];
      if (choice === undefined) throw new Error("There is nothing to choose from.");
      return choice;
    },
  };
}

/** The bytes with a few changed, some cut off or left out, or a piece of them twice. `most`: only so many from the start. */
export function damaged(bytes: Uint8Array, chance: Chance, most = bytes.length): Uint8Array {
  const reach = Math.min(most, bytes.length);
  const at = chance.below(reach);
  switch (chance.below(6)) {
    case 0:
      return bytes.slice(0, chance.below(bytes.length + 1));
    case 1:
      return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + chance.below(64)));
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(chance.below(reach)));
    default: {
      const changed = bytes.slice();
      const odd = [0, 1, 0x7f, 0x80, 0xff];
      for (let count = 0; count <= chance.below(8); count++) {
        const place = chance.below(reach);
        changed[place] = chance.below(2) ? chance.of(odd) : chance.below(256);
      }
      return changed;
    }
  }
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
};

/** A JSON value with one to four of its parts replaced by something that stands there in no sound file. */
export function twisted(value: unknown, chance: Chance): unknown {
  let changed = copied(value);
  for (let count = 0; count <= chance.below(4); count++) {
    const places = placesIn(changed);
    if (!places.length) return changed;
    const { owner, key } = chance.of(places);
    const old = owner[key];
    if (chance.below(5) === 0) delete owner[key];
    else if (chance.below(4) === 0) owner[key] = copied(chance.of(places).owner);
    else if (typeof old === "number" && chance.below(2)) owner[key] = chance.of(oddNumbers);
    else owner[key] = copied(chance.of(odd));
    changed = copied(changed);
  }
  return changed;
}

const oddNumbers = [0, -1, 1, 2, 7, 0.5, 1e9, 2 ** 31, 2 ** 53, 1e308, -1e308];
const odd: readonly unknown[] = [
  ...oddNumbers,
  ...[
    null,
    true,
    "",
    "x",
    "conv",
    "__proto__",
    "constructor",
    "Sequential",
    "Dense",
    "InputLayer",
    "channels_first",
  ],
  ...[[], {}, [[]], [1, 2], [null], ["image", 0, 0], [["image", 0, 0]], { class_name: "Dense", config: {} }],
  "long ".repeat(2000),
  Array.from({ length: 3000 }, () => 1),
];

const copied = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

interface Place {
  readonly owner: Record<string, unknown>;
  readonly key: string;
}

function placesIn(value: unknown): readonly Place[] {
  const places: Place[] = [];
  const open = [value];
  while (open.length && places.length < 5000) {
    const at = open.pop();
    if (typeof at !== "object" || at === null) continue;
    const owner = at as Record<string, unknown>;
    for (const key of Object.keys(owner)) {
      places.push({ owner, key });
      open.push(owner[key]);
    }
  }
  return places;
}
