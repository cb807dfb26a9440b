import { expect, test } from "vitest";
import {
  canRedo,
  canUndo,
  closeEntry,
  historyOf,
  isDirty,
  markSaved,
  record,
  redo,
  undo,
} from "./history.ts";

const a = { word: "a" };
const b = { word: "b" };
const c = { word: "c" };
const d = { word: "d" };

test("undo and redo walk through the entries; a new edit forgets what was undone", () => {
  const two = record(record(historyOf(a), b), c);
  expect(undo(two).present).toBe(b);
  expect(undo(undo(two)).present).toBe(a);
  expect(undo(undo(undo(two))).present).toBe(a);
  expect(redo(undo(two))).toEqual(two);
  expect(redo(two)).toBe(two);
  const branched = record(undo(two), d);
  expect([canRedo(branched), canUndo(branched)]).toEqual([false, true]);
  expect(undo(branched).present).toBe(b);
});

test("edits of one intention are one entry", () => {
  const dragged = record(record(record(historyOf(a), b, "move conv_1"), c, "move conv_1"), d, "move conv_1");
  expect(undo(dragged).present).toBe(a);
  const twice = record(record(historyOf(a), b, "move conv_1"), c, "move conv_2");
  expect(undo(twice).present).toBe(b);
  const closed = record(closeEntry(record(historyOf(a), b, "move conv_1")), c, "move conv_1");
  expect(undo(closed).present).toBe(b);
  const resumed = record(undo(record(record(historyOf(a), b), c, "type")), d, "type");
  expect(undo(resumed).present).toBe(b);
});

test("an edit that changes nothing is no entry", () => {
  const history = record(historyOf(a), b);
  expect(record(history, b)).toBe(history);
});

test("the dirty mark is exact", () => {
  expect(isDirty(historyOf(a))).toBe(false);
  expect(isDirty(historyOf(a, { saved: false }))).toBe(true);
  const saved = markSaved(record(historyOf(a), b, "type"));
  expect(isDirty(saved)).toBe(false);
  const typed = record(saved, c, "type");
  expect(isDirty(typed)).toBe(true);
  expect(isDirty(undo(typed))).toBe(false);
  expect(isDirty(undo(undo(typed)))).toBe(true);
  expect(isDirty(redo(undo(undo(typed))))).toBe(false);
  // The file got b while the user went on to c.
  expect(isDirty(markSaved(record(record(historyOf(a), b), c), b))).toBe(true);
});

test("the oldest entries are given up", () => {
  let history = historyOf({ number: 0 });
  for (let number = 1; number <= 500; number++) history = record(history, { number });
  expect(history.past.length).toBe(200);
  while (canUndo(history)) history = undo(history);
  expect(history.present).toEqual({ number: 300 });
});
