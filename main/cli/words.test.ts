import { describe, expect, test } from "vitest";
import { readWords } from "./words.ts";

const accepts = { operands: ["FILE"], options: ["design", "epochs", "explain", "json"] } as const;
function read(line: string): object {
  const words = readWords(line.split(" ").filter(Boolean), accepts);
  return "wrong" in words ? words : { ...words, flags: [...words.flags] };
}

describe("words that are accepted", () => {
  test.each([
    ["a.receptive", { operands: ["a.receptive"], values: {}, flags: [], json: false }],
    ["--json a", { operands: ["a"], values: {}, flags: ["json"], json: true }],
    [
      "a --design CNN --epochs=3",
      { operands: ["a"], values: { design: "CNN", epochs: "3" }, flags: [], json: false },
    ],
    ["a --design=x=y", { operands: ["a"], values: { design: "x=y" }, flags: [], json: false }],
    ["a --epochs -3", { operands: ["a"], values: { epochs: "-3" }, flags: [], json: false }],
    ["--json -- --odd", { operands: ["--odd"], values: {}, flags: ["json"], json: true }],
    ["a --explain --json", { operands: ["a"], values: {}, flags: ["explain", "json"], json: true }],
    ["-", { operands: ["-"], values: {}, flags: [], json: false }],
  ])("%s", (line, words) => expect(read(line)).toEqual(words));
});

describe("words that are refused", () => {
  test.each([
    ["", "FILE is missing."],
    ["a b", 'unexpected word "b".'],
    ["a --epoch 3", "unknown option --epoch. It can have --design, --epochs, --explain, --json."],
    ["a -x", "unknown option -x. It can have --design, --epochs, --explain, --json."],
    ["a --epochs", "--epochs needs a value: --epochs N."],
    ["a --design --json", "--design needs a value: --design NAME."],
    ["a --design=", "--design needs a value: --design NAME."],
    ["a --json=yes", "--json takes no value, got --json=yes."],
    ["a --json --json", "--json is given twice. Give it once."],
    ["a --epochs 1 --epochs 2", "--epochs is given twice. Give it once."],
    ["a --constructor 1", "unknown option --constructor. It can have --design, --epochs, --explain, --json."],
  ])("%s", (line, wrong) => expect(read(line)).toEqual({ wrong }));

  test("a required option", () => {
    const needy = { operands: [], options: ["format"], required: ["format"] } as const;
    expect(readWords([], needy)).toEqual({ wrong: "--format F is missing." });
  });
});
