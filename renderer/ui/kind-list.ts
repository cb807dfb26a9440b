import { isKindName, type KindName, kinds } from "../../shared/nodes/index.ts";
import { keywords } from "../../shared/nodes/keywords.ts";
import { type Family, families, type Kind } from "../../shared/nodes/kind.ts";

/** A kind with the words it can be found by. */
export interface ListedKind {
  readonly name: KindName;
  readonly kind: Kind;
  readonly words: string[];
}

export const familyTitles: Readonly<Record<Family, string>> = {
  input: "Input",
  convolve: "Convolve",
  pool: "Pool",
  connect: "Connect",
  merge: "Merge",
  shape: "Shape",
  regularise: "Regularise",
};

export const kindList: readonly ListedKind[] = Object.entries(kinds).flatMap(([name, kind]) =>
  isKindName(name)
    ? [{ name, kind, words: [name, familyTitles[kind.family], kind.family, ...(keywords[name] ?? [])] }]
    : [],
);

/** The kinds by family, in palette order; families without a match are left out. */
export const kindsFor = (
  search: string,
): readonly { readonly family: Family; readonly kinds: readonly ListedKind[] }[] => {
  const wanted = search.trim().toLowerCase();
  const isMatch = ({ kind, words }: ListedKind): boolean =>
    [kind.title, kind.summary, ...words].some((it) => it.toLowerCase().includes(wanted));
  return families
    .map((family) => ({ family, kinds: kindList.filter((it) => it.kind.family === family && isMatch(it)) }))
    .filter((it) => it.kinds.length);
};

/** The drag's data type; its value is the kind's name. */
export const kindDragType = "application/x-receptive-kind";
