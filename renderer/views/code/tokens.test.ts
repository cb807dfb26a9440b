import { describe, expect, it } from "vitest";
import { type Language, lines, tokens } from "./tokens.ts";

const kinds = (text: string, language: Language = "python"): string =>
  tokens(text, language)
    .filter((it) => it.text.trim())
    .map((it) => `${it.kind}:${it.text.trim()}`)
    .join(" ");

describe("tokens", () => {
  it.each([
    ["import keras  # layers", "keyword:import name:keras comment:# layers"],
    ["layers.Dense(64)", "name:layers.Dense plain:( number:64 plain:)"],
    ["x = 1e-07", "name:x plain:= number:1e-07"],
    ['print("a # \\"b\\"")', 'name:print plain:( string:"a # \\"b\\"" plain:)'],
    ["conv2d = 3", "name:conv2d plain:= number:3"],
  ])("reads %s", (text, expected) => expect(kinds(text)).toBe(expected));

  it("knows R's words", () => {
    expect(kinds("library(keras3); f <- TRUE; 28L", "r")).toBe(
      "keyword:library plain:( name:keras3 plain:); name:f plain:<- keyword:TRUE plain:; number:28L",
    );
  });

  it("knows JavaScript's words", () => {
    expect(kinds('const it = /[,"]/g; // "no"', "javascript")).toBe(
      'keyword:const name:it plain:= string:/[,"]/g plain:; comment:// "no"',
    );
    expect(kinds("tf.layers.dense({ units: 0x2f }); `a $b`", "javascript")).toBe(
      "name:tf plain:. name:layers plain:. name:dense plain:({ name:units plain:: number:0x2f plain:}); string:`a $b`",
    );
    expect(kinds("/** it's\n * whole */ await x / y / 2", "javascript")).toBe(
      "comment:/** it's\n * whole */ keyword:await name:x plain:/ name:y plain:/ number:2",
    );
  });

  it("loses no character, whatever the text", () => {
    for (const text of ['"open\nnext"', "'''", '"""a\nb"""\n#', "é¼\t\n\n", "1.5.2 _x 3abc"])
      for (const language of ["python", "r", "javascript"] as const)
        expect(
          tokens(text, language)
            .map((it) => it.text)
            .join(""),
        ).toBe(text);
  });

  it("cuts into lines and carries a long string over them", () => {
    expect(lines('x = """a\nb"""\ny\n', "python").map((row) => row.map((it) => it.kind).join(" "))).toEqual([
      "name plain string",
      "string",
      "name",
    ]);
  });
});
