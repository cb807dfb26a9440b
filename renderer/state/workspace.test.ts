import { beforeEach, expect, test } from "vitest";
import { chain } from "../../shared/graph/chain.ts";
import { addDesign } from "../../shared/graph/edit-document.ts";
import { setValues } from "../../shared/graph/edits.ts";
import { isDirty } from "../../shared/graph/history.ts";
import { defaultRecipe } from "../../shared/train/recipe.ts";
import {
  activeDesign,
  copySelected,
  documentOf,
  documentSaved,
  editDesign,
  editDocument,
  openDocument,
  paste,
  redoEdit,
  removeSelected,
  selectedNodes,
  selectNodes,
  selectWire,
  showDesign,
  undoEdit,
  workspace,
} from "./workspace.ts";

const net = chain("Net", ["input", "conv2d", "flatten", ["dense", { units: 10 }]]);
const now = () => workspace.getState();
const wires = () => activeDesign(now()).wires.map((it) => `${it.from}→${it.to}`);

beforeEach(() =>
  openDocument(
    { designs: [net], data: { source: "digits" }, recipe: defaultRecipe },
    { name: "net.receptive", token: "t" },
  ),
);

test("an edit that changes nothing leaves no trace", () => {
  editDesign((design) => design);
  expect(now().history.past).toHaveLength(0);
  expect(isDirty(now().history)).toBe(false);
});

test("edits of one intention are undone together", () => {
  for (const filters of [9, 10, 11])
    editDesign((design) => setValues(design, "conv_1", { filters }), "conv_1 filters");
  undoEdit();
  expect(activeDesign(now())).toBe(net);
  redoEdit();
  expect(activeDesign(now()).nodes[1]?.values.filters).toBe(11);
});

test("removing the selected layer heals its wires and selects nothing, also after undo", () => {
  selectNodes(["flatten_1"]);
  removeSelected();
  expect(wires()).toEqual(["image→conv_1", "conv_1→dense_1"]);
  undoEdit();
  expect(selectedNodes(now())).toEqual([]);
});

test("a selected wire is removed, not the layers", () => {
  const [wire] = net.wires;
  selectNodes(["conv_1"]);
  selectWire(wire);
  removeSelected();
  expect(activeDesign(now()).nodes).toHaveLength(4);
  expect(wires()).not.toContain("image→conv_1");
});

test("undo shows the design that it changes", () => {
  editDocument((document) => addDesign(document, chain("Other", ["input"])).document);
  showDesign(1);
  editDesign((design) => setValues(design, "image", { height: 8 }));
  showDesign(0);
  undoEdit();
  expect(activeDesign(now()).name).toBe("Other");
  undoEdit();
  expect(activeDesign(now()).name).toBe("Net");
});

test("copies are selected and come with the wires among them", () => {
  selectNodes(["conv_1", "flatten_1"]);
  copySelected();
  paste([400, 0]);
  expect(selectedNodes(now())).toEqual(["conv_2", "flatten_2"]);
  expect(wires()).toContain("conv_2→flatten_2");
});

test("work that went on while a file was written is still unsaved", () => {
  editDesign((design) => setValues(design, "conv_1", { filters: 9 }));
  const written = documentOf(now());
  editDesign((design) => setValues(design, "conv_1", { filters: 10 }));
  documentSaved(written, { name: "net.receptive", token: "t" });
  expect(isDirty(now().history)).toBe(true);
  undoEdit();
  expect(isDirty(now().history)).toBe(false);
});
