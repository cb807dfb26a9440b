import { laidOut, pythonLayout, type Text } from "../layout.ts";

const inClass = { ...pythonLayout, width: pythonLayout.width - 8 };

/** An assignment inside a method. */
export function statement(target: string, value: Text): readonly string[] {
  return laidOut(value, inClass, `${target} = `.length)
    .split("\n")
    .map((line, index) => `        ${index ? "" : `${target} = `}${line}`);
}

/** A sum or product that is too long for a line stands in brackets, one term per line. */
export function fitting(target: string, result: Text): Text {
  if (typeof result !== "string" || `${target} = ${result}`.length <= inClass.width) return result;
  return `(\n    ${result.replaceAll(/ ([+*]) /g, "\n    $1 ")}\n)`;
}
