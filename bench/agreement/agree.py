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
    """Averages from the input on, the loss, gradients from the output back: the first that is wrong is next to the cause."""
    learning = case["learning"]
    layers, results = zip(*build(case, numbers, learns=True))
    loss = F.cross_entropy(results[-1], torch.tensor(learning["labels"]))
    loss.backward()
    ours = {(it["node"], it["name"]): it for it in learning["arrays"]}

    def compared(layer, name, what, theirs, scale):
        finding = {"case": case["name"], "node": layer.node["id"], "kind": layer.node["kind"], "what": f"{what} of {name}"}
        it = ours.pop((layer.node["id"], name), None)
        if it is None or it["shape"] != list(theirs.shape):
            return {**finding, "wrong": f"is {it and it['shape']}, PyTorch gives {list(theirs.shape)}"}
        return {**finding, "error": error(read(numbers, it), theirs, scale)}

    for layer in layers:
        for name in names_of(layer, "state"):
            theirs = layer.moved.get(name, layer.arrays[name])
            yield compared(layer, name, "average", theirs, scale_of(theirs))

    last = layers[-1].node
    off = abs(learning["loss"] - float(loss)) / max(float(loss), 1e-2)
    yield {"case": case["name"], "node": last["id"], "kind": last["kind"], "what": "loss", "error": off}

    gradients = [(layer, name, gradient_of(layer.arrays[name])) for layer in layers for name in names_of(layer, "learned")]
    steepest = max((float(it.abs().max()) for _, _, it in gradients), default=0)
    for layer, name, theirs in reversed(gradients):
        # A gradient that vanishes by cancellation is as exact as the terms that cancel.
        scale = max(float(theirs.abs().max()), steepest * 1e-2, 1e-6)
        yield compared(layer, name, "gradient", theirs, scale)
    for node, name in ours:
        yield {"case": case["name"], "node": node, "kind": "", "what": f"gradient of {name}", "wrong": "should not learn"}


def names_of(layer, role):
    return [name for name, met, _ in layer.taken if met == role]


def gradient_of(array):
    return torch.zeros_like(array) if array.grad is None else array.grad


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


if __name__ == "__main__":
    main()
