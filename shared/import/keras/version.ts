import { shown } from "../../graph/json.ts";
import { refuse } from "../../graph/reading.ts";

const newest = 3;

/** Refuses files of a version of Keras that did not exist when this was written. */
export function checkVersion(version: unknown, file: string): void {
  const major = typeof version === "string" ? Number.parseInt(version, 10) : Number.NaN;
  if (major > newest)
    refuse(
      `${file} was saved by Keras ${shown(String(version))}; files up to version ${newest} can be read. Save it again with Keras ${newest}, or export it as ONNX.`,
    );
}
