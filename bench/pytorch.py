"""Training speed of PyTorch on this machine: prints images per second.

usage: pytorch.py NETWORK BATCH THREADS SECONDS
Batches are taken from a data set in shuffled order, and the loss and the hits are read, as the app does.
"""
import sys
import time

import torch
from torch import nn

torch.set_flush_denormal(True)


def conv(inputs, filters, size=3, padding="same", act=nn.ReLU):
    return [nn.Conv2d(inputs, filters, size, padding=padding), act()]


def cnn(norm=False, dropout=False):
    def block(inputs, filters):
        return conv(inputs, filters) + ([nn.BatchNorm2d(filters, eps=0.001, momentum=0.01)] if norm else [])

    return nn.Sequential(
        *block(1, 8), *block(8, 8), nn.MaxPool2d(2), *block(8, 16), *block(16, 16), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(784, 40), nn.ReLU(), *([nn.Dropout(0.3)] if dropout else []), nn.Linear(40, 10),
    )


def lenet():
    return nn.Sequential(
        *conv(1, 8, 5), nn.MaxPool2d(2), *conv(8, 16, 5), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10),
    )


def lenet5():
    return nn.Sequential(
        *conv(1, 6, 5, act=nn.Tanh), nn.AvgPool2d(2), *conv(6, 16, 5, "valid", nn.Tanh), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    )


def fcnn():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 50), nn.ReLU(), nn.Linear(50, 10),
    )


def vgg():
    return nn.Sequential(
        *conv(3, 32), *conv(32, 32), nn.MaxPool2d(2), *conv(32, 64), *conv(64, 64), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(4096, 128), nn.ReLU(), nn.Linear(128, 10),
    )


def linear(inputs, filters, size, stride):
    return nn.Sequential(
        nn.Conv2d(inputs, filters, size, stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(filters, eps=0.001, momentum=0.01),
    )


class Block(nn.Module):
    def __init__(self, inputs, filters, stride):
        super().__init__()
        self.deep = nn.Sequential(
            linear(inputs, filters, 3, stride), nn.ReLU(), linear(filters, filters, 3, 1)
        )
        self.skip = nn.Identity() if stride == 1 else linear(inputs, filters, 1, stride)

    def forward(self, x):
        return torch.relu(self.deep(x) + self.skip(x))


def residual():
    return nn.Sequential(
        linear(3, 16, 3, 1), nn.ReLU(),
        Block(16, 16, 1), Block(16, 16, 1), Block(16, 32, 2), Block(32, 32, 1), Block(32, 64, 2), Block(64, 64, 1),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
    )


GREY, COLOUR = (1, 28, 28), (3, 32, 32)
NETWORKS = {
    "fcNN": (fcnn, GREY),
    "CNN": (cnn, GREY),
    "LeNet": (lenet, GREY),
    "LeNet-5": (lenet5, GREY),
    "CNN, batch norm": (lambda: cnn(True, True), GREY),
    "Residual": (residual, COLOUR),
    "VGG-small": (vgg, COLOUR),
}


def images_per_second(name, batch, seconds):
    make, shape = NETWORKS[name]
    model = make()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, eps=1e-7)
    loss_of = nn.CrossEntropyLoss()
    images = torch.rand(2048, *shape)
    labels = torch.randint(0, 10, (2048,))
    seen = [0.0, 0]

    def batches():
        while True:
            yield from (it for it in torch.randperm(len(images)).split(batch) if len(it) == batch)

    def step(chosen):
        x, y = images[chosen], labels[chosen]
        optimizer.zero_grad()
        logits = model(x)
        loss = loss_of(logits, y)
        loss.backward()
        optimizer.step()
        seen[0] += loss.item() * len(y)
        seen[1] += (logits.argmax(1) == y).sum().item()

    order = batches()
    for _ in range(5):
        step(next(order))
    rates = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start, done = time.perf_counter(), 0
        while time.perf_counter() < start + 0.2:
            step(next(order))
            done += batch
        rates.append(done / (time.perf_counter() - start))
    return sorted(rates)[len(rates) // 2]


name, batch, threads, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
torch.set_num_threads(threads)
print(round(images_per_second(name, batch, seconds)))
