# Mobile – drawn with Receptive
#
# 28×28×1 → 10: 786 parameters, 770 of them trainable; 77,384 multiply-adds per image.
#
# It takes the weights of weights.safetensors if that lies beside it, else fresh ones.
# Needs PyTorch: pip install torch torchvision numpy

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torchvision import datasets

torch.manual_seed(1)
device = "cuda" if torch.cuda.is_available() else "cpu"

# Receptive draws its digits itself; MNIST holds their real counterparts.
# The first run downloads it (11 MB).
train_set = datasets.MNIST("mnist", train=True, download=True)
test_set = datasets.MNIST("mnist", train=False, download=True)
train_images = train_set.data.numpy().reshape((-1, 28, 28, 1)).astype("float32") / 255
test_images = test_set.data.numpy().reshape((-1, 28, 28, 1)).astype("float32") / 255
train_labels, test_labels = train_set.targets.numpy(), test_set.targets.numpy()


class SeparableConv2d(nn.Module):
    """A kernel for each channel, then a 1×1 convolution that mixes them."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        multiplier=1,
        bias=True,
    ):
        super().__init__()
        between = in_channels * multiplier
        self.depthwise = nn.Conv2d(
            in_channels,
            between,
            kernel_size,
            stride,
            padding,
            groups=in_channels,
            bias=False,
        )
        self.pointwise = nn.Conv2d(between, out_channels, kernel_size=1, bias=bias)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))


def glorot(layer):
    """Starts a layer as Keras does: Glorot's uniform weights, biases of zero."""
    if isinstance(layer, (nn.Conv2d, nn.Linear)):
        nn.init.xavier_uniform_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    if isinstance(layer, nn.Conv2d) and layer.groups > 1:
        # With a kernel per channel, Keras counts channels and kernels of each.
        height, width = layer.kernel_size
        fans = layer.in_channels + layer.out_channels // layer.groups
        limit = (6 / (height * width * fans)) ** 0.5
        nn.init.uniform_(layer.weight, -limit, limit)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 8, kernel_size=3, stride=2, bias=False)
        self.norm_1 = nn.BatchNorm2d(8, eps=0.001, momentum=0.01)
        self.norm_1.weight = None
        self.depthwise_1 = nn.Conv2d(8, 16, kernel_size=3, padding=1, groups=8)
        self.point_1 = nn.Conv2d(16, 8, kernel_size=1)
        self.norm_2 = nn.LayerNorm(8, eps=0.001)
        self.norm_2.bias = None
        self.separable_1 = SeparableConv2d(8, 16, kernel_size=3, stride=2)
        self.dropout_1 = nn.Dropout2d(0.2)
        self.classes = nn.Linear(16, 10)
        self.apply(glorot)

    def forward(self, images):
        # Images come with their channels last; PyTorch wants them first.
        image = images.permute(0, 3, 1, 2)
        # An odd number of zeros: the last one goes behind, as in TensorFlow.
        stem = self.stem(F.pad(image, (0, 1, 0, 1)))
        norm_1 = self.norm_1(stem)
        depthwise_1 = F.silu(self.depthwise_1(norm_1))
        point_1 = self.point_1(depthwise_1)
        # Over the channels of each pixel, which PyTorch wants to be last.
        norm_2 = self.norm_2(point_1.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        mean = (norm_1 + norm_2) / 2
        separable_1 = F.relu(self.separable_1(F.pad(mean, (0, 1, 0, 1))))
        dropout_1 = self.dropout_1(separable_1)
        everywhere = dropout_1.mean(dim=(2, 3))
        classes = self.classes(everywhere)
        return classes


def read_safetensors(path):
    """A safetensors file: length of the header, header in JSON, then the numbers."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    header.pop("__metadata__", None)
    tensors = {}
    for name, it in header.items():
        first, end = it["data_offsets"]
        values = np.frombuffer(content[start + first : start + end], dtype="<f4")
        tensors[name] = torch.tensor(values.reshape(it["shape"]))
    return tensors


model = Network().to(device)
print(model)


def batches(images, labels, shuffle=False):
    examples = TensorDataset(torch.tensor(images), torch.tensor(labels).long())
    return DataLoader(examples, batch_size=64, shuffle=shuffle)


# The last training examples only measure.
split = max(1, int(len(train_images) * (1 - 0.1)))
train_batches = batches(train_images[:split], train_labels[:split], shuffle=True)
validation_batches = batches(train_images[split:], train_labels[split:])
test_batches = batches(test_images, test_labels)

loss_of = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.001, betas=(0.9, 0.999), eps=1e-7)


@torch.no_grad()
def evaluate(batches):
    """Mean loss and share of right answers."""
    model.eval()
    loss, right = 0.0, 0
    for images, labels in batches:
        images, labels = images.to(device), labels.to(device)
        logits = model(images)
        loss += loss_of(logits, labels).item() * len(labels)
        right += (logits.argmax(dim=1) == labels).sum().item()
    count = len(batches.dataset)
    return loss / count, right / count


weights = Path(__file__).with_name("weights.safetensors")
if weights.exists():
    model.load_state_dict(read_safetensors(weights))
    test_loss, test_accuracy = evaluate(test_batches)
    print(f"{weights.name}: test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
else:
    print(f"There is no {weights.name}: the weights are fresh.")

for epoch in range(1, 11):
    model.train()
    train_loss = 0.0
    for images, labels in train_batches:
        images, labels = images.to(device), labels.to(device)
        loss = loss_of(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        train_loss += loss.item() * len(labels) / len(train_batches.dataset)
    validation_loss, validation_accuracy = evaluate(validation_batches)
    print(
        f"Epoch {epoch}: loss {train_loss:.4f}, validation loss {validation_loss:.4f},"
        f" accuracy {validation_accuracy:.3f}"
    )

test_loss, test_accuracy = evaluate(test_batches)
print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
