"""Small networks in PyTorch, exported to ONNX as people do: `python3 networks.py FOLDER`."""

import sys
import warnings

import torch
import torch.nn.functional as F
from torch import nn

warnings.filterwarnings("ignore")


class Lenet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(torch.tanh(self.conv1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = x.view(x.size(0), -1)
        return F.softmax(self.fc3(torch.tanh(self.fc2(torch.tanh(self.fc1(x))))), dim=1)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.down = None
        if stride != 1 or inputs != outputs:
            self.down = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + (x if self.down is None else self.down(x)))


def residual():
    return nn.Sequential(
        nn.Conv2d(3, 8, 7, 2, 3, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, 1),
        Block(8, 8, 1),
        Block(8, 16, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, 10),
    )


def vgg():
    layers, inputs = [], 3
    for outputs in (8, 8, "pool", 16, 16, "pool"):
        if outputs == "pool":
            layers.append(nn.MaxPool2d(2))
            continue
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
        inputs = outputs
    head = [nn.Flatten(), nn.Linear(16 * 8 * 6, 32), nn.ReLU(), nn.Dropout(0.4), nn.Linear(32, 10)]
    return nn.Sequential(*layers, *head)


def mobile():
    def pair(inputs, outputs, stride):
        return [
            nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False),
            nn.BatchNorm2d(inputs),
            nn.ReLU(),
            nn.Conv2d(inputs, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        ]

    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1),
        *pair(8, 16, 1),
        *pair(16, 16, 2),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(1),
        nn.Linear(16, 5),
    )


def decoder():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, 2, 1),
        nn.ELU(),
        nn.Conv2d(8, 8, 3, 2, 1),
        nn.SELU(),
        nn.ConvTranspose2d(8, 8, 4, 2, 1),
        nn.ReLU(),
        nn.ConvTranspose2d(8, 6, 3, 2, 1, output_padding=1),
        nn.Sigmoid(),
        nn.Upsample(scale_factor=2, mode="nearest"),
        nn.ConvTranspose2d(6, 4, 2, 2),
        nn.Softplus(),
        nn.Upsample(scale_factor=3, mode="bilinear", align_corners=False),
        nn.Conv2d(4, 1, 3, padding=1),
    )


class Squeeze(nn.Module):
    """Squeeze-and-excitation, the mean written as a mean, SiLU and a further branch."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.fc1 = nn.Conv2d(8, 4, 1)
        self.fc2 = nn.Conv2d(4, 8, 1)
        self.head = nn.Linear(8, 6)

    def forward(self, x):
        x = F.silu(self.stem(x))
        gate = F.adaptive_avg_pool2d(x, 1)
        x = x * torch.sigmoid(self.fc2(F.relu(self.fc1(gate))))
        return self.head(x.mean([2, 3]))


class Inception(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 4, 1)
        self.b = nn.Conv2d(3, 5, 5, padding=2)
        self.c = nn.Conv2d(3, 2, (1, 3), padding=(0, 1), dilation=1)
        self.d = nn.Conv2d(14, 6, 3, dilation=2)
        self.head = nn.Linear(6 * 8 * 6, 4)

    def forward(self, x):
        pooled = F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 1)
        x = torch.cat([self.a(x), self.b(x), self.c(x), pooled], 1)
        x = F.relu(self.d(x))
        return F.softmax(self.head(torch.flatten(x, 1)), dim=1)


class Perceptron(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(7, 12), nn.GELU(), nn.LayerNorm(12), nn.Linear(12, 12), nn.BatchNorm1d(12), nn.Dropout(0.2), nn.SiLU()
        )
        self.head = nn.Linear(12, 3)

    def forward(self, x):
        y = self.body(x)
        return torch.softmax(self.head(y + 0.5 * y - 0.25), -1)


class Modern(nn.Module):
    """A layer norm and dense layers over the channels, which stand last for a while."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 2, 2)
        self.depth = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.norm = nn.LayerNorm(8, eps=1e-6)
        self.wide = nn.Linear(8, 16)
        self.narrow = nn.Linear(16, 8)
        self.scale = nn.Parameter(torch.rand(8, 1, 1))
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        x = self.stem(x)
        y = self.depth(x).permute(0, 2, 3, 1)
        y = self.narrow(F.gelu(self.wide(self.norm(y)))).permute(0, 3, 1, 2)
        x = x + y * self.scale
        return self.head(x.flatten(2).mean(-1))


class Flattened(nn.Module):
    """A batch norm of a flattened image, whose values stand channels first, and crops."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 3, 3)
        self.norm = nn.BatchNorm1d(3 * 5 * 4)
        self.head = nn.Linear(60, 4, bias=False)

    def forward(self, x):
        mean = torch.tensor([0.4, 0.5]).view(1, 2, 1, 1)
        x = (x / 255 - mean) / torch.tensor([0.2, 0.3]).view(1, 2, 1, 1)
        x = self.conv(x)[:, :, 1:-2, 2:]
        x = x.reshape(-1, 60)
        return self.head(F.relu(self.norm(x)))


class Generator(nn.Module):
    """A vector becomes an image with channels first, as in GANs and the decoders of autoencoders."""

    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(10, 6 * 4 * 3)
        self.norm = nn.BatchNorm1d(6 * 4 * 3)
        self.up1 = nn.ConvTranspose2d(6, 4, 4, 2, 1)
        self.up2 = nn.ConvTranspose2d(4, 1, 4, 2, 1)

    def forward(self, x):
        x = F.leaky_relu(self.norm(self.dense(x)), 0.2)
        x = x.view(x.size(0), 6, 4, 3)
        return torch.tanh(self.up2(F.relu(self.up1(x))))


def pools():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=(2, 1), padding=(1, 0)),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        nn.AvgPool2d(3, 1, 1),
        nn.AvgPool2d(2, 2, 0),
        nn.Conv2d(4, 8, 3, padding=1, groups=2),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
    )


networks = {
    "lenet": (Lenet, (1, 28, 28)),
    "residual": (residual, (3, 40, 32)),
    "vgg": (vgg, (3, 32, 24)),
    "mobile": (mobile, (3, 24, 20)),
    "decoder": (decoder, (1, 16, 12)),
    "squeeze": (Squeeze, (3, 9, 7)),
    "inception": (Inception, (3, 12, 10)),
    "perceptron": (Perceptron, (7,)),
    "modern": (Modern, (3, 8, 6)),
    "flattened": (Flattened, (2, 10, 8)),
    "generator": (Generator, (10,)),
    "pools": (pools, (1, 26, 22)),
}


def settle(module):
    """As after training: no statistics are those of the start."""
    for it in module.modules():
        if isinstance(it, (nn.BatchNorm1d, nn.BatchNorm2d)):
            it.running_mean.uniform_(-0.3, 0.3)
            it.running_var.uniform_(0.5, 1.5)
            nn.init.uniform_(it.weight, 0.5, 1.5)
            nn.init.uniform_(it.bias, -0.3, 0.3)


ways = {
    "plain": dict(opset_version=13, dynamic_axes={"x": {0: "batch"}}),
    "fixed": dict(opset_version=9),
    "unfolded": dict(
        opset_version=17,
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
        dynamic_axes={"x": {0: "batch"}},
    ),
    "older": dict(opset_version=11, dynamic_axes={"x": {0: "batch"}}, export_params=True),
}

if __name__ == "__main__":
    for name, (make, shape) in networks.items():
        for way, options in ways.items():
            torch.manual_seed(1)
            module = make().eval()
            settle(module)
            with torch.no_grad():
                module = module.eval()
            example = torch.rand(1, *shape)
            torch.onnx.export(module, example, f"{sys.argv[1]}/{name}-{way}.onnx", input_names=["x"], **options)
    print(len(networks) * len(ways), "exported")
