# fcNN – drawn with Receptive
#
# 28×28×1 → 10: 84,060 parameters; 83,900 multiply-adds per image.
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


def glorot(layer):
    """Starts a layer as Keras does: Glorot's uniform weights, biases of zero."""
    if isinstance(layer, nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten_1 = nn.Flatten()
        self.dense_1 = nn.Linear(784, 100)
        self.dense_2 = nn.Linear(100, 50)
        self.dense_3 = nn.Linear(50, 10)
        self.apply(glorot)

    def forward(self, images):
        # Images come with their channels last; PyTorch wants them first.
        x = images.permute(0, 3, 1, 2)
        # Pixel by pixel, its channels side by side: the order that the weights are in.
        x = self.flatten_1(x.permute(0, 2, 3, 1))
        x = F.relu(self.dense_1(x))
        x = F.relu(self.dense_2(x))
        x = self.dense_3(x)
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
split = max(1, int(len(train_images) * (1 - 0.1)))
train_batches = batches(train_images[:split], train_labels[:split], shuffle=True)
validation_batches = batches(train_images[split:], train_labels[split:])
test_batches = batches(test_images, test_labels)

# The loss applies the design's last softmax itself: the network gives what enters it.
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
print("First predictions:", predict(test_images[:10]).argmax(dim=1).tolist())
