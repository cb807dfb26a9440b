# Edge lover – drawn with Receptive
#
# 50×50×1 → 2: 30 parameters; 62,502 multiply-adds per image.
#
# It takes the weights of weights.safetensors if that lies beside it, else fresh ones.
# Needs PyTorch: pip install torch numpy

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(1)
device = "cuda" if torch.cuda.is_available() else "cpu"


def stripes(count, seed):
    """50×50 images of ten bars, all vertical (class 0) or all horizontal (class 1)."""
    random = np.random.default_rng(seed)
    images = np.zeros((count, 50, 50), dtype="float32")
    labels = np.arange(count) % 2
    for image, label in zip(images, labels):
        for _ in range(10):
            start, across = random.integers(0, 50, size=2)
            end = random.integers(start, 50)
            if label == 0:
                image[start:end, across] = 1
            else:
                image[across, start:end] = 1
    return images.reshape((-1, 50, 50, 1)), labels


train_images, train_labels = stripes(2000, seed=1)
test_images, test_labels = stripes(500, seed=2)


def glorot(layer):
    """Starts a layer as Keras does: Glorot's uniform weights, biases of zero."""
    if isinstance(layer, (nn.Conv2d, nn.Linear)):
        nn.init.xavier_uniform_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_1 = nn.Conv2d(1, 1, kernel_size=5, padding=2)
        self.dense_1 = nn.Linear(1, 2)
        self.apply(glorot)

    def forward(self, images):
        # Images come with their channels last; PyTorch wants them first.
        x = images.permute(0, 3, 1, 2)
        x = self.conv_1(x)
        x = x.amax(dim=(2, 3))
        x = self.dense_1(x)
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


# The last training examples only measure.
split = max(1, int(len(train_images) * (1 - 0.5)))
train_batches = batches(train_images[:split], train_labels[:split], shuffle=True)
validation_batches = batches(train_images[split:], train_labels[split:])
test_batches = batches(test_images, test_labels)

# The loss applies the design's last softmax itself: the network gives what enters it.
loss_of = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.9, 0.999), eps=1e-7)


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


@torch.no_grad()
def predict(images):
    """Each class's probability for images as they come from the data."""
    model.eval()
    return F.softmax(model(torch.tensor(images).to(device)), dim=1).cpu()


weights = Path(__file__).with_name("weights.safetensors")
if weights.exists():
    model.load_state_dict(read_safetensors(weights))
    test_loss, test_accuracy = evaluate(test_batches)
    print(f"{weights.name}: test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
else:
    print(f"There is no {weights.name}: the weights are fresh.")

for epoch in range(1, 21):
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
print("First predictions:", predict(test_images[:10]).argmax(dim=1).tolist())
