import { type Format, type FormatName, formats } from "../index.ts";

/**
 * Where a format's file lies in a bundle. Weights lie beside the programs that load them; pictures, tables and models
 * have one name each, whatever the design is called.
 */
export function placeOf(name: FormatName, file: string): string {
  const format: Format = formats[name];
  if (format.makes === "tfjs") return `models/${name}/${file}`;
  if (format.makes === "file" && format.fileName) return `programs/${format.fileName}`;
  const end = `.${format.extension}`;
  switch (format.group) {
    case "model":
      return `models/model${end}`;
    case "program":
      return `programs/${name}${end}`;
    case "picture":
      return `pictures/${name.startsWith("figure") ? "figure" : "graph"}${end}`;
    case "table":
    case "bundle":
      return `${format.group}s/layers${end}`;
  }
}
