import type { Format, FormatName } from "./index.ts";

/** A design's name as a file name that every system takes, without an extension. */
export const fileStem = (title: string): string =>
  title
    .replace(/[\\/:*?"<>|\p{Cc}]+/gu, "-")
    .replace(/^[\s.-]+|[\s.]+$/gu, "")
    .slice(0, 80) || "design";

/** What the design is called in this format: a file, or for several files the folder that they go into. */
export function exportName(name: FormatName, format: Format, title: string): string {
  if (format.makes === "tfjs") return `${fileStem(title)}-${name}`;
  return format.makes === "file" && format.fileName
    ? format.fileName
    : `${fileStem(title)}.${format.extension}`;
}
