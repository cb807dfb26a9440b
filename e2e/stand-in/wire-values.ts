// Structured clone as far as the app needs it: JSON, with bytes in base64. The page has its own copy of these two
// functions in page-scripts.ts, because it cannot import.

export function toWire(value: unknown): string {
  return JSON.stringify(
    value === undefined ? null : value,
    function (this: Record<string, unknown>, key, seen: unknown) {
      // A Buffer has turned itself into something else before it gets here.
      const met = this[key];
      return met instanceof Uint8Array ? { $bytes: Buffer.from(met).toString("base64") } : seen;
    },
  );
}

export function fromWire(text: string): unknown {
  return JSON.parse(text, (_key, seen: unknown) =>
    typeof seen === "object" && seen !== null && "$bytes" in seen && typeof seen.$bytes === "string"
      ? new Uint8Array(Buffer.from(seen.$bytes, "base64"))
      : seen,
  );
}
