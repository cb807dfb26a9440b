"""Builds every design of a folder in PyTorch and says how far its results are from the app's.

usage: agree.py FOLDER. FOLDER holds `cases.json` and `numbers.f32`, as case.ts describes them. Prints one JSON value: a
list of findings, one for each node and each compared array: {"case", "node", "kind", "what", "error"}, or with "wrong"
in words instead of an error.

PyTorch computes in 64 bits, so that the error is the app's alone. Where it is large, "rounding" says how far PyTorch
itself is off when it computes in 32 bits: a batch norm of values that are nearly alike, for instance, blurs in any
single precision.
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
    return torch.tensor(array, dtype=torch.get_default_dtype())


def arrays_of(numbers, node):
    return {it["name"]: read(numbers, it) for it in node["weights"]}


def error(ours, theirs, scale):
    """The largest difference as a share of the scale."""
    furthest = float((ours.double() - theirs.double()).abs().max()) / scale
    return math.inf if math.isnan(furthest) else furthest


def scale_of(tensor):
    # Values that are all tiny are compared as they are.
    return max(float(tensor.detach().abs().max()), 1e-2)


class Compared:
    """One array of PyTorch's beside the app's: `ours` says where that lies, or is None where the app has none."""

    def __init__(self, layer, what, theirs, ours, scale):
        self.node, self.kind, self.what = layer.node["id"], layer.node["kind"], what
        self.theirs, self.ours, self.scale = theirs.detach(), ours, scale


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


def results(case, numbers):
    """What every node gives in inference, from the input on."""
    for layer, result in build(case, numbers, learns=False):
        try:
            layer.check_counts()
            theirs = channels_last(result)
            shape = list(theirs.shape[1:])
            layer.expect(layer.node["shape"] == shape, f"the compiler says {layer.node['shape']}, PyTorch {shape}")
        except Disagreement as wrong:
            wrong.node = layer.node
            raise
        yield Compared(layer, "output", theirs, layer.node["output"], scale_of(theirs))


def learned(case, numbers):
    """Averages from the input on, the loss, gradients from the output back: the first that is wrong is next to the cause."""
    learning = case["learning"]
    layers, outputs = zip(*build(case, numbers, learns=True))
    loss = F.cross_entropy(outputs[-1], torch.tensor(learning["labels"]))
    loss.backward()
    ours = {(it["node"], it["name"]): it for it in learning["arrays"]}

    for layer in layers:
        for name in names_of(layer, "state"):
            theirs = layer.moved.get(name, layer.arrays[name])
            yield Compared(layer, f"average of {name}", theirs, ours.pop((layer.node["id"], name), None), scale_of(theirs))

    yield Compared(layers[-1], "loss", loss, learning["loss"], scale_of(loss))

    gradients = [(layer, name, gradient_of(layer.arrays[name])) for layer in layers for name in names_of(layer, "learned")]
    steepest = max((float(it.abs().max()) for _, _, it in gradients), default=0)
    for layer, name, theirs in reversed(gradients):
        # A gradient that vanishes by cancellation is as exact as the terms that cancel.
        scale = max(float(theirs.abs().max()), steepest * 1e-2, 1e-6)
        yield Compared(layer, f"gradient of {name}", theirs, ours.pop((layer.node["id"], name), None), scale)

    for node, name in ours:
        raise Disagreement(f"{name} of {node} has a gradient, but should not learn")


def names_of(layer, role):
    return [name for name, met, _ in layer.taken if met == role]


def gradient_of(array):
    return torch.zeros_like(array) if array.grad is None else array.grad


# From here on it is worth asking how exact single precision can be.
BLURRED = 1e-4


def findings_of(case, numbers):
    for compare in (results, *([learned] if "learning" in case else [])):
        single = None
        try:
            for at, it in enumerate(compare(case, numbers)):
                finding = {"case": case["name"], "node": it.node, "kind": it.kind, "what": it.what, **difference(it, numbers)}
                if finding.get("error", 0) > BLURRED:
                    single = single or in_single_precision(compare, case, numbers)
                    finding["rounding"] = error(single[at].theirs, it.theirs, it.scale)
                yield finding
        except Disagreement as wrong:
            node = wrong.node
            yield {"case": case["name"], "node": node["id"], "kind": node["kind"], "what": "output", "wrong": str(wrong)}


def difference(it, numbers):
    if not isinstance(it.ours, dict):
        return {"error": error(torch.tensor(it.ours), it.theirs, it.scale)} if it.ours is not None else {"wrong": "is missing"}
    if it.ours["shape"] != list(it.theirs.shape):
        return {"wrong": f"is {it.ours['shape']}, PyTorch gives {list(it.theirs.shape)}"}
    return {"error": min(error(read(numbers, it.ours), it.theirs, it.scale), 1e9)}  # JSON knows no infinity.


def in_single_precision(compare, case, numbers):
    torch.set_default_dtype(torch.float32)
    try:
        return list(compare(case, numbers))
    finally:
        torch.set_default_dtype(torch.float64)


def main():
    torch.set_default_dtype(torch.float64)
    folder = pathlib.Path(sys.argv[1])
    numbers = numpy.fromfile(folder / "numbers.f32", dtype="<f4")
    cases = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
    print(json.dumps([it for case in cases for it in findings_of(case, numbers)]))


if __name__ == "__main__":
    main()
