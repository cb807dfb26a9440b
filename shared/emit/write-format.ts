import { strToU8 } from "fflate";
import { exportName } from "./file-name.ts";
import type { FileFormat, FormatName, ImageFormat, TextFormat } from "./index.ts";
import type { Paint } from "./png/paint.ts";
import type { GivenWeights, Subject } from "./subject.ts";
import type { Theme } from "./svg/theme.ts";

/** A design on its way out. The plan must be ready and the weights fit. */
export interface Wanted {
  readonly format: FormatName;
  readonly subject: Subject;
  /** Formats without weights do not look at them. */
  readonly given: GivenWeights;
  /** Of a picture; light when left out. */
  readonly theme?: Theme | undefined;
  /** For formats that are images. */
  readonly paint: Paint;
}

/** The design as one named file in a format that needs no tfjs, or why there is none, in a sentence. */
export async function writeFormat(
  format: TextFormat | FileFormat | ImageFormat,
  { format: name, subject, given, theme, paint }: Wanted,
): Promise<
  { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly refused: string }
> {
  const called = exportName(name, format, subject.title);
  if (format.makes === "text") return { name: called, bytes: strToU8(format.emit(subject, theme)) };
  const file =
    format.makes === "image" ? await paint(format.draw(subject, theme)) : await format.write(subject, given);
  return "refused" in file ? file : { name: called, bytes: file.bytes };
}
