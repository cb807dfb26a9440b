"""Builds every design of a folder in PyTorch and says how far its results are from the app's.

usage: agree.py FOLDER. FOLDER holds `cases.json` and `numbers.f32`, as case.ts describes them. Prints one JSON value: a
list of findings, one for each node and each compared array, {"case", "node", "kind", "what", "error"} or with "wrong"
in words instead of an error.

PyTorch computes in 64 bits, so that what is measured is the app's rounding alone.
"""
import json
import math
import pathlib
import sys

import numpy
import torch
import torch.nn.functional as F

from kinds import KINDS, channels_first, channels_last


class Disagreement(Exception):
    """Something that cannot be measured as an error: a shape, a count, a missing array."""

    node = {"id": "", "kind": ""}


class Layer:
    """A node as its kind's function sees it: settings, weights in Keras' axis order, and whether it is training."""

    def __init__(self, node, arrays, training=False, gives_logits=False):
        self.node, self.training, self.gives_logits = node, training, gives_logits
        self.arrays, self.taken, self.moved = arrays, [], {}

    def __getitem__(self, setting):
        return self.node["values"][setting]

    def pair(self, setting):
        value = self[setting]
        return tuple(value) if isinstance(value, list) else (value, value)

    def learned(self, name, *shape):
        return self.take(name, "learned" if self["trainable"] else "frozen", shape)

    def state(self, name, *shape):
        return self.take(name, "state", shape)

    def take(self, name, role, shape):
        """The array of this name; it must have the shape and the role that PyTorch's layer needs."""
        met = next((it for it in self.node["weights"] if it["name"] == name), None)
        self.expect(met is not None, f"has no {name}")
        self.expect(met["role"] == role, f"{name} is {met['role']}, not {role}")
        self.expect(tuple(met["shape"]) == tuple(shape), f"{name} is {met['shape']}, not {list(shape)}")
        self.taken.append((name, role, math.prod(shape)))
        return self.arrays[name]

    def move(self, name, value):
        self.moved[name] = value

    def check_counts(self):
        count = sum(size for _, _, size in self.taken)
        learned = sum(size for _, role, size in self.taken if role == "learned")
        spare = {it["name"] for it in self.node["weights"]} - {name for name, _, _ in self.taken}
        self.expect(not spare, f"stores {', '.join(spare)}, which nothing needs")
        for name, theirs in (("parameters", count), ("trainable", learned)):
            self.expect(self.node[name] == theirs, f"{name} {self.node[name]}, not {theirs}")

    def expect(self, claim, otherwise):
        if not claim:
            raise Disagreement(otherwise)


def read(numbers, stored):
    size = math.prod(stored["shape"])
    array = numbers[stored["at"] : stored["at"] + size].reshape(stored["shape"])
    return torch.tensor(array, dtype=torch.float64)


def arrays_of(numbers, node):
    return {it["name"]: read(numbers, it) for it in node["weights"]}


def error(ours, theirs, scale):
    """The largest difference as a share of the largest value."""
    if not bool(torch.isfinite(ours).all()):
        return math.inf
    return float((ours - theirs).abs().max()) / scale if ours.numel() else 0.0


def scale_of(tensor):
    # Values that are all tiny are compared as they are.
    return max(float(tensor.abs().max()), 1e-2)


def build(case, numbers, learns):
    """Yields every node with its layer and what it gives, channels-first."""
    entrance = channels_first(read(numbers, case["given"]))
    results = {}
    fed = {source for node in case["nodes"] for source in node["sources"]}
    for node in case["nodes"]:
        arrays = arrays_of(numbers, node)
        for it in node["weights"]:
            arrays[it["name"]].requires_grad_(learns and it["role"] == "learned")
        layer = Layer(node, arrays, learns, gives_logits=learns and node["id"] not in fed)
        inputs = [results[it] for it in node["sources"]]
        results[node["id"]] = entrance if node["kind"] == "input" else applied(layer, inputs)
        yield layer, results[node["id"]]


def applied(layer, inputs):
    try:
        return KINDS[layer.node["kind"]](layer, *inputs)
    except (Disagreement, RuntimeError, IndexError, ValueError) as wrong:
        disagreement = Disagreement(str(wrong))
        disagreement.node = layer.node
        raise disagreement from wrong


def compare_forward(case, numbers):
    for layer, result in build(case, numbers, learns=False):
        theirs, node = channels_last(result), layer.node
        finding = {"case": case["name"], "node": node["id"], "kind": node["kind"], "what": "output"}
        try:
            layer.check_counts()
            shape = list(theirs.shape)
            layer.expect(node["shape"] == shape[1:], f"the compiler says {node['shape']}, PyTorch {shape[1:]}")
            layer.expect(node["output"]["shape"] == shape, f"the network gives {node['output']['shape']}, PyTorch {shape}")
        except Disagreement as wrong:
            yield {**finding, "wrong": str(wrong)}
            continue
        yield {**finding, "error": error(read(numbers, node["output"]), theirs, scale_of(theirs))}


def compare_learning(case, numbers):
    learning = case["learning"]
    built = [(layer, result) for layer, result in build(case, numbers, learns=True)]
    logits = built[-1][1]
    loss = F.cross_entropy(logits, torch.tensor(learning["labels"]))
    loss.backward()
    last = built[-1][0].node
    yield {
        "case": case["name"], "node": last["id"], "kind": last["kind"], "what": "loss",
        "error": abs(learning["loss"] - float(loss)) / max(float(loss), 1e-2),
    }
    theirs = {}
    for layer, _ in built:
        for name, role, _ in layer.taken:
            if role == "learned":
                gradient = layer.arrays[name].grad
                theirs[layer.node["id"], name] = torch.zeros_like(layer.arrays[name]) if gradient is None else gradient
            elif role == "state":
                theirs[layer.node["id"], name] = layer.moved.get(name, layer.arrays[name])
    steepest = max((float(it.abs().max()) for (_, name), it in theirs.items() if not name.startswith("moving")), default=0)
    kinds = {node["id"]: node["kind"] for node in case["nodes"]}
    for it in learning["arrays"]:
        node, name = it["node"], it["name"]
        finding = {"case": case["name"], "node": node, "kind": kinds[node], "what": f"{it['is']} of {name}"}
        wanted = theirs.pop((node, name), None)
        if wanted is None or list(wanted.shape) != it["shape"]:
            yield {**finding, "wrong": f"has shape {it['shape']}, PyTorch {None if wanted is None else list(wanted.shape)}"}
            continue
        # A gradient that vanishes by cancellation is as exact as the terms that cancel.
        scale = max(float(wanted.abs().max()), steepest * 1e-2, 1e-6) if it["is"] == "gradient" else scale_of(wanted)
        yield {**finding, "error": error(read(numbers, it), wanted, scale)}
    for node, name in theirs:
        yield {"case": case["name"], "node": node, "kind": kinds[node], "what": f"gradient of {name}", "wrong": "is missing"}


def findings_of(case, numbers):
    for compare in (compare_forward, *([compare_learning] if "learning" in case else [])):
        try:
            yield from compare(case, numbers)
        except Disagreement as wrong:
            node = wrong.node
            yield {"case": case["name"], "node": node["id"], "kind": node["kind"], "what": "output", "wrong": str(wrong)}


def main():
    folder = pathlib.Path(sys.argv[1])
    numbers = numpy.fromfile(folder / "numbers.f32", dtype="<f4")
    cases = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
    findings = [it for case in cases for it in findings_of(case, numbers)]
    # JSON knows no infinity.
    print(json.dumps([{**it, "error": 1e9} if it.get("error", 0) > 1e9 else it for it in findings]))


main()
