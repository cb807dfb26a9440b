import { strFromU8 } from "fflate";
import { parseForeignJson } from "../graph/json.ts";
import { refuse } from "../graph/reading.ts";

/** Larger texts than this describe no network; a hundred layers take 100 kB. */
const mostBytes = 32 * 2 ** 20;

/** A file's text as JSON. `place` begins the sentence where it is none: `model.json`. */
export function jsonFrom(bytes: Uint8Array, place: string): unknown {
  if (bytes.length > mostBytes)
    refuse(
      `${place} has ${bytes.length} bytes of JSON; at most ${mostBytes} can be read. Import a part of the model.`,
    );
  const text = strFromU8(bytes);
  const parsed = parseForeignJson(text.startsWith("\ufeff") ? text.slice(1) : text);
  return "refused" in parsed ? refuse(`${place} cannot be read. ${parsed.refused}`) : parsed.value;
}
