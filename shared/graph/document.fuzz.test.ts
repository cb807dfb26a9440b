import fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "../compile/compile.ts";
import { parseJson } from "./json.ts";
import { readDocument } from "./read-document.ts";
import { templates } from "./templates.ts";
import { writeDocument } from "./write-document.ts";

/** Either one line that says why, or a document that compiles and comes back from its own text. */
function expectAnswer(text: string): void {
  const read = readDocument(text);
  if ("refused" in read) {
    expect(read.refused).toMatch(/^[^\n]{10,600}$/);
    expect(read.refused).not.toMatch(/undefined|\[object|Error|\bat [\w.]+ \(/);
    return;
  }
  for (const design of read.designs) compile(design);
  const again = writeDocument(read);
  const reread = readDocument(again);
  expect("refused" in reread ? reread.refused : writeDocument(reread)).toBe(again);
}

const texts = templates.map((it) => writeDocument(it.document));

test("texts with bytes deleted, replaced and doubled", () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.constantFrom(...'{}[]:,"\\0-e.\u0000\n', "\ud800", "1e308", "-0", "NaN", '"__proto__":1,', "null"),
  );
  const change = fc.tuple(fc.nat(), fc.nat(12), piece, fc.boolean());
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (text, changes) => {
        expectAnswer(
          changes.reduce((it, [place, length, put, isDoubled]) => {
            const at = place % (it.length + 1);
            return (
              it.slice(0, at) + put + (isDoubled ? it.slice(Math.max(0, at - length)) : it.slice(at + length))
            );
          }, text),
        );
      },
    ),
    { seed: 5, numRuns: 6000 },
  );
});

/** All places in a JSON value, as paths of keys. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))];
}

function replaced(
  value: unknown,
  [key, ...rest]: readonly string[],
  put: (met: unknown) => unknown,
): unknown {
  if (key === undefined || typeof value !== "object" || value === null) return put(value);
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    name === key ? replaced(inner, rest, put) : inner,
  ]);
  const kept = entries.filter(([, inner]) => inner !== undefined);
  return Array.isArray(value) ? kept.map(([, inner]) => inner) : Object.fromEntries(kept);
}

test("documents with values deleted, replaced and moved", () => {
  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      undefined,
      null,
      true,
      0,
      -1,
      1e308,
      0.5,
      1e9,
      "",
      "a",
      [],
      {},
      [[]],
      [1, 2],
      [1, 2, 3],
    ),
    fc.jsonValue({ maxDepth: 3 }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.array(fc.tuple(fc.nat(), fc.nat(), odd, fc.nat(3)), { minLength: 1, maxLength: 3 }),
      (text, changes) => {
        let document: unknown = JSON.parse(text);
        for (const [place, other, value, how] of changes) {
          const places = placesIn(document);
          const path = places[place % places.length] ?? [];
          const source = places[other % places.length] ?? [];
          let found: unknown;
          replaced(document, source, (met) => {
            found = met;
            return met;
          });
          document = replaced(document, path, (met) =>
            how === 0 ? found : how === 1 && Array.isArray(met) ? [...met, ...met] : value,
          );
        }
        expectAnswer(JSON.stringify(document) ?? "");
      },
    ),
    { seed: 6, numRuns: 6000 },
  );
});

test("the scan takes what JSON.parse takes, and gives what it gives", () => {
  const pieces = fc.constantFrom(
    ...'{}[]:,"\\ \n\t01-+.eEau/b',
    '"a"',
    "true",
    "null",
    "\\u00e9",
    "\u2028",
    "1.5e-3",
    "\ufeff",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(pieces, { maxLength: 9 }).map((it) => it.join("")),
        fc.json(),
      ),
      (text) => {
        const parsed = parseJson(text);
        const json = text.replace(/^\ufeff/, "");
        if ("refused" in parsed) {
          if (!/twice|not allowed|cannot be a key|deeper/.test(parsed.refused))
            expect(() => JSON.parse(json)).toThrow();
        } else expect(parsed.value).toEqual(JSON.parse(json));
      },
    ),
    { seed: 7, numRuns: 20_000 },
  );
});
