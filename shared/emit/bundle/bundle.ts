import { strToU8, type Zippable, zipSync } from "fflate";
import { counted, shortBytes } from "../figures.ts";
import { type Format, type FormatName, formats, isFormatName } from "../index.ts";
import { endsInSoftmax } from "../keras-program.ts";
import type { FileExport, GivenWeights, Subject } from "../subject.ts";
import { writeArray, writeWeightsFile } from "../weights-file.ts";
import { checkName, checks } from "./checks.ts";
import { type Contents, manifest, readMe } from "./contents.ts";
import { placeOf } from "./places.ts";
import { type Examples, probesOf } from "./probes.ts";

/** What a bundle takes that this folder cannot make: whoever asks for one has the network and the other formats. */
export interface Supplies {
  /** The `.receptive` file's text. */
  readonly document: string;
  /** What an export of one format gives: its files, with a sentence on how they were checked, or why there are none. */
  make(format: FormatName): Promise<Made>;
  /**
   * What the design with these weights says to examples [n, …input shape], row by row, as its users see it: after the
   * last softmax, with dropout off. Each input of a design gets the same examples.
   */
  predict(examples: Examples): Promise<Examples>;
  /** Formats to put in; all that there are when left out. */
  readonly chosen?: readonly FormatName[];
}

type Made =
  | {
      readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
      readonly proof?: string;
    }
  | { readonly refused: string };

const mostBytes = 2 ** 30;

/**
 * One zip with all that a design can be written as: the document, models, programs with the weights beside them (npz and
 * safetensors), pictures, tables; five probes with what the network says to them (npy, JSON); a program per model format
 * that runs them (`check_onnx.py`); `manifest.json`, and a `README.txt` that says what each file is and in a sentence
 * what a format refused. Equal designs give equal bytes, but for the date that Keras files hold. Refuses, with a sentence, what would exceed a GiB.
 * The plan must be ready and the weights fit.
 */
export async function bundle(
  subject: Subject,
  given: GivenWeights,
  { document, make, predict, chosen }: Supplies,
): Promise<FileExport> {
  const names = (chosen ?? Object.keys(formats).filter(isFormatName)).filter(
    (it) => describe(it).makes !== "bundle",
  );
  const copies = 1 + names.filter((it) => describe(it).needsWeights).length;
  const bytes = 4 * subject.plan.totals.parameters * copies;
  if (bytes > mostBytes)
    return {
      refused: `A bundle holds the ${counted(subject.plan.totals.parameters, "parameter")} ${copies} times, which would be ${shortBytes(bytes)}. Export the formats that you need one by one.`,
    };
  const files = new Map<string, Uint8Array>();
  const included: Contents["included"][number][] = [];
  const refused: Contents["refused"][number][] = [];
  const probes = probesOf(subject.plan);
  const answers = await predict(probes);
  for (const name of names) {
    const made = await make(name);
    if ("refused" in made) {
      refused.push({ name, why: made.refused });
      continue;
    }
    const paths = made.files.map((it) => placeOf(name, it.name));
    for (const [index, it] of made.files.entries()) files.set(paths[index] ?? it.name, it.bytes);
    included.push({
      name,
      paths,
      ...(made.proof === undefined ? {} : { proof: made.proof }),
    });
  }
  files.set("design.receptive", strToU8(document));
  files.set("programs/weights.npz", writeWeightsFile(subject.plan, given.weights));
  files.set("probes/inputs.npy", writeArray(probes.values, probes.shape));
  files.set("probes/outputs.npy", writeArray(answers.values, answers.shape));
  files.set("probes/probes.json", strToU8(json({ inputs: plain(probes), outputs: plain(answers) })));
  const softmax = endsInSoftmax(subject.plan);
  const listed = included.map((it) => {
    const program = checks[it.name]?.({ paths: it.paths, softmax, has: (path) => files.has(path) });
    if (program === undefined) return it;
    files.set(checkName(it.name), strToU8(program));
    return { ...it, check: checkName(it.name) };
  });
  const contents = { subject, trained: given.trained, included: listed, refused, probes, answers };
  files.set("README.txt", strToU8(readMe(contents)));
  const sizes = [...files].map(([path, { length }]) => ({ path, bytes: length }));
  files.set("manifest.json", strToU8(json(manifest(contents, sizes))));
  return { bytes: zipSync(Object.fromEntries([...files].toSorted(byPath).map(zipped)), { mtime: longAgo }) };
}

const describe = (name: FormatName): Format => formats[name];

// One date, so that equal designs give equal bytes; the first that a zip can tell.
const longAgo = new Date(1980, 0, 1);

/** Trained numbers and images do not compress, but texts do. */
const zipped = ([path, bytes]: readonly [string, Uint8Array]): [string, Zippable[string]] => [
  path,
  [bytes, { level: /\.(py|mjs|js|R|json|svg|csv|md|tex|txt|receptive)$/.test(path) ? 6 : 0 }],
];

const byPath = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

const json = (value: object): string => `${JSON.stringify(value, null, 1)}\n`;

const plain = ({ shape, values }: Examples): object => ({ shape, values: [...values] });
