# Flowers – drawn with Receptive
#
# 4 → 3: 131 parameters; 112 multiply-adds per example.
#
# It takes the weights of weights.safetensors if that lies beside it, else fresh ones.
# Needs PyTorch: pip install torch numpy

import csv
import json
import re
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(1)
device = "cuda" if torch.cuda.is_available() else "cpu"


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


# The table: one row for each example, and a column of classes.
table = Path("iris.csv")
if not table.exists():
    raise SystemExit(f"There is no {table.resolve()}: correct the line table = …")
text = table.read_text("utf-8-sig")
first = next(line for line in text.splitlines() if line.strip())
first = re.sub('"[^"]*"?', "", first)
delimiter = "\t" if "\t" in first else ";" if ";" in first else ","
rows = csv.reader(text.splitlines(True), delimiter=delimiter, skipinitialspace=True)
rows = [[cell.strip() for cell in row] for row in rows]
rows = [row for row in rows if any(row)]


def number(cell):
    """The number in a cell; a decimal comma counts unless commas part the cells."""
    written = cell if delimiter == "," else cell.replace(",", ".", 1)
    digits = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?"
    return float(written) if re.fullmatch(digits, written, re.IGNORECASE) else None


def is_missing(cell):
    return cell.lower() in ("", "?", "na", "n/a", "nan", "null")


# Is the first row a header? Its words stand over numbers, or it names the classes.
label_names = ["label", "labels", "class", "target", "species", "category"]
head, *body = rows
numeric = [
    not all(is_missing(cell) for cell in column)
    and all(is_missing(cell) or number(cell) is not None for cell in column)
    for column in zip(*body)
]
if (
    any(name.lower() in label_names for name in head)
    or all(number(name) is None for name in head)
    or any(
        it and not is_missing(name) and number(name) is None
        for name, it in zip(head, numeric)
    )
):
    rows, names = body, [name.lower() for name in head]
else:
    names = [""] * len(head)

# Empty columns are left out, and those that only count the rows.
columns = list(zip(*rows))
used = [i for i, it in enumerate(columns) if not all(is_missing(cell) for cell in it)]
named = [i for name in label_names for i in used if names[i] == name]
label = (named or used[-1:])[0]
counts = [list(range(start, start + len(rows))) for start in (0, 1)]
features = [
    i
    for i in used
    if i != label and [number(cell) for cell in columns[i]] not in counts
]

# Rows with a missing cell are left out; the others are shuffled, 15 % of them test.
rows = [row for row in rows if not any(is_missing(row[i]) for i in [*features, label])]
rows = [rows[i] for i in permutation(len(rows), 1)]
split = len(rows) * 85 // 100


def inputs(column):
    """Numbers with mean 0 and deviation 1 in the training part, texts one by one."""
    numbers = [number(cell) for cell in column]
    if None in numbers:
        words = sorted(set(column))
        return np.array([[float(cell == it) for it in words] for cell in column])
    values = np.array(numbers, "float64")[:, None]
    learned = values[:split]
    if (learned == learned[0]).all():
        return np.zeros_like(values)
    return (values - learned.mean()) / learned.std()


values = np.hstack([inputs([row[i] for row in rows]) for i in features])
values = values.astype("float32")
labels = [row[label] for row in rows]
if all(number(it) is not None for it in labels):
    labels = [number(it) for it in labels]
classes = sorted(set(labels))
labels = np.array([classes.index(it) for it in labels], "uint8")
train_images, test_images = values[:split], values[split:]
train_labels, test_labels = labels[:split], labels[split:]


def glorot(layer):
    """Starts a layer as Keras does: Glorot's uniform weights, biases of zero."""
    if isinstance(layer, nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense_1 = nn.Linear(4, 16)
        self.species = nn.Linear(16, 3)
        self.apply(glorot)

    def forward(self, x):
        x = torch.tanh(self.dense_1(x))
        x = self.species(x)
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
    return DataLoader(examples, batch_size=16, shuffle=shuffle)


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

for epoch in range(1, 41):
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
