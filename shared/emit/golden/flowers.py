# Flowers – drawn with Receptive
#
# 4 → 3: 131 parameters; 112 multiply-adds per example.
#
# It takes the weights of weights.npz if that lies beside it, else fresh ones.
# Needs Keras 3 and a backend for it: pip install keras tensorflow

import csv
import re
from pathlib import Path

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)


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

model = keras.Sequential(
    [
        keras.Input(shape=(4,), name="sizes"),
        layers.Dense(units=16, activation="tanh", name="dense_1"),
        layers.Dense(units=3, activation="softmax", name="species"),
    ]
)

model.summary()

model.compile(
    optimizer=keras.optimizers.Adam(
        learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
    ),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=["accuracy"],
)

weights = Path(__file__).with_name("weights.npz")
if weights.exists():
    stored = np.load(weights)
    for layer in model.layers:
        names = [it for it in stored.files if it.startswith(f"{layer.name}/")]
        layer.set_weights([stored[it] for it in names])
    test_loss, test_accuracy = model.evaluate(test_images, test_labels, verbose=0)
    print(f"{weights.name}: test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
else:
    print(f"There is no {weights.name}: the weights are fresh.")

history = model.fit(
    train_images,
    train_labels,
    epochs=40,
    batch_size=16,
    validation_split=0.1,
)

test_loss, test_accuracy = model.evaluate(test_images, test_labels)
print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
