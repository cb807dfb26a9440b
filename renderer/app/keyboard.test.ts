import { expect, test } from "vitest";
import { isPressed } from "./keyboard.ts";

const press = (key: string, more: Partial<Parameters<typeof isPressed>[1]> = {}) => ({
  key,
  code: "",
  metaKey: false,
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

test.each([
  ["Mod+Z", press("z", { ctrlKey: true }), true],
  ["Mod+Z", press("Z", { ctrlKey: true, shiftKey: true }), false],
  ["Mod+Shift+Z", press("Z", { ctrlKey: true, shiftKey: true }), true],
  ["Mod+Z", press("z"), false],
  ["A", press("a"), true],
  ["A", press("a", { ctrlKey: true }), false],
  ["?", press("?", { shiftKey: true }), true],
  ["Mod+=", press("=", { ctrlKey: true }), true],
  ["Mod++", press("+", { ctrlKey: true, shiftKey: true }), true],
  ["Mod+.", press(".", { ctrlKey: true }), true],
  ["Alt+1", press("¡", { altKey: true, code: "Digit1" }), true],
  ["Mod+Z", press("я", { ctrlKey: true, code: "KeyZ" }), true],
  ["Delete", press("Delete"), true],
  ["ArrowLeft", press("ArrowLeft"), true],
  ["ArrowLeft", press("ArrowLeft", { shiftKey: true }), false],
])("%s and %o: %s", (keys, event, expected) => {
  expect(isPressed(keys, event)).toBe(expected);
});
