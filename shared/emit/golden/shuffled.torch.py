# Shuffled digits – drawn with Receptive
#
# 28×28×1 → 10: 84,060 parameters; 83,900 multiply-adds per image.
#
# It takes the weights of weights.safetensors if that lies beside it, else fresh ones.
# Needs PyTorch: pip install torch numpy

import gzip
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(1)
device = "cuda" if torch.cuda.is_available() else "cpu"

# The folder with train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped or not,
# and t10k-images… and t10k-labels… where there is a test set.
folder = Path("mnist")


def read_idx(path):
    """An IDX file: two zero bytes, type, rank, one big-endian size per axis, values."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    rank = content[3]
    shape = np.frombuffer(content, dtype=">u4", count=rank, offset=4)
    return np.frombuffer(content, dtype="uint8", offset=4 + 4 * rank).reshape(shape)


def read_pair(prefix):
    images = read_idx(next(folder.glob(f"{prefix}-images*ubyte*")))
    labels = read_idx(next(folder.glob(f"{prefix}-labels*ubyte*")))
    return images.reshape((-1, 28, 28, 1)).astype("float32") / 255, labels


pairs = [read_pair(it) for it in ("train", "t10k") if any(folder.glob(f"{it}-images*"))]
if not pairs:
    raise SystemExit(f"No IDX files in {folder.resolve()}: correct the line folder = …")
train_images, train_labels = pairs[0]
if len(pairs) == 2:
    test_images, test_labels = pairs[1]
else:
    # Only one pair of files: its last 15 % become the test set.
    split = len(train_images) * 85 // 100
    test_images, test_labels = train_images[split:], train_labels[split:]
    train_images, train_labels = train_images[:split], train_labels[:split]


def permutation(length, seed):
    """The numbers 0 to length - 1 in random order (Fisher-Yates over mulberry32)."""
    order = list(range(length))
    state = seed
    for last in range(length - 1, 0, -1):
        # 32-bit arithmetic, so that every language gets the same numbers.
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        mixed = (state ^ (state >> 15)) * (state | 1) & 0xFFFFFFFF
        mixed ^= (mixed + (mixed ^ (mixed >> 7)) * (mixed | 61)) & 0xFFFFFFFF
        mixed ^= mixed >> 14
        other = int(mixed / 2**32 * (last + 1))
        order[last], order[other] = order[other], order[last]
    return order


class ShufflePixels(nn.Module):
    """Moves every pixel to another place: one fixed order, the same for all images."""

    def __init__(self, places, seed):
        super().__init__()
        order = torch.tensor(permutation(places, seed))
        self.register_buffer("order", order, persistent=False)

    def forward(self, x):
        # An image moves its pixels with all their channels, a vector its values.
        places = x.flatten(2) if x.dim() == 4 else x
        return places[..., self.order].reshape(x.shape)


def glorot(layer):
    """Starts a layer as Keras does: Glorot's uniform weights, biases of zero."""
    if isinstance(layer, nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.shuffle_1 = ShufflePixels(784, seed=7)
        self.flatten_1 = nn.Flatten()
        self.dense_1 = nn.Linear(784, 100)
        self.dense_2 = nn.Linear(100, 50)
        self.classes = nn.Linear(50, 10)
        self.apply(glorot)

    def forward(self, images):
        # Images come with their channels last; PyTorch wants them first.
        x = images.permute(0, 3, 1, 2)
        x = self.shuffle_1(x)
        # Pixel by pixel, its channels side by side: the order that the weights are in.
        x = self.flatten_1(x.permute(0, 2, 3, 1))
        x = F.relu(self.dense_1(x))
        x = F.relu(self.dense_2(x))
        x = self.classes(x)
        return x


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


train_batches = batches(train_images, train_labels, shuffle=True)
test_batches = batches(test_images, test_labels)

loss_of = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)


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
    print(f"Epoch {epoch}: loss {train_loss:.4f}")

test_loss, test_accuracy = evaluate(test_batches)
print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
