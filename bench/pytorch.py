"""Training speed of PyTorch on this machine: one JSON line of images per second per network, batch and thread count."""
import json
import sys
import time

import torch
from torch import nn

torch.set_flush_denormal(True)


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10),
    )


def cnn():
    def conv(inputs, filters):
        return [nn.Conv2d(inputs, filters, 3, padding=1), nn.ReLU()]

    return nn.Sequential(
        *conv(1, 8), *conv(8, 8), nn.MaxPool2d(2), *conv(8, 16), *conv(16, 16), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(784, 40), nn.ReLU(), nn.Linear(40, 10),
    )


def fcnn():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 50), nn.ReLU(), nn.Linear(50, 10),
    )


NETWORKS = {"LeNet": lenet, "CNN": cnn, "fcNN": fcnn}


def images_per_second(make, batch, seconds):
    model = make()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, eps=1e-7)
    loss_of = nn.CrossEntropyLoss()
    images = torch.rand(batch, 1, 28, 28)
    labels = torch.randint(0, 10, (batch,))

    def step():
        optimizer.zero_grad()
        loss_of(model(images), labels).backward()
        optimizer.step()

    for _ in range(10):
        step()
    rates = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(10):
            step()
        rates.append(10 * batch / (time.perf_counter() - start))
    return sorted(rates)[len(rates) // 2]


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    for threads in (1, 2):
        torch.set_num_threads(threads)
        for name, make in NETWORKS.items():
            for batch in (32, 128):
                rate = images_per_second(make, batch, seconds)
                print(json.dumps({"network": name, "batch": batch, "threads": threads, "imagesPerSecond": round(rate)}), flush=True)


main()
