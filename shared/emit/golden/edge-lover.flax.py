# Edge lover – drawn with Receptive
#
# 50×50×1 → 2: 30 parameters; 62,502 multiply-adds per image.
#
# It takes the weights of weights.safetensors if that lies beside it, else fresh ones.
# Needs JAX, Flax and optax: pip install jax flax optax

import json
from functools import reduce
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


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

glorot = nnx.initializers.glorot_uniform()


class Network(nnx.Module):
    def __init__(self, rngs):
        self.conv_1 = nnx.Conv(1, 1, kernel_size=(5, 5), kernel_init=glorot, rngs=rngs)
        self.dense_1 = nnx.Linear(1, 2, kernel_init=glorot, rngs=rngs)

    def __call__(self, x):
        x = self.conv_1(x)
        x = x.max(axis=(1, 2))
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
        tensors[name] = values.reshape(it["shape"])
    return tensors


def load(model, tensors):
    """Puts arrays in their places, with PyTorch's axes in Flax's order."""
    axes = {1: (0,), 2: (1, 0), 4: (2, 3, 1, 0)}
    for path, values in tensors.items():
        *owners, name = path.split(".")
        layer = reduce(getattr, owners, model)
        if name == "weight":
            name = "kernel" if hasattr(layer, "kernel") else "scale"
        variable = getattr(layer, name)
        variable[...] = jnp.array(values.transpose(axes[values.ndim]))


model = Network(nnx.Rngs(1))
optimizer = nnx.Optimizer(
    model, optax.adam(0.01, b1=0.9, b2=0.999, eps=1e-7), wrt=nnx.Param
)


def loss_of(model, images, labels):
    # The loss applies the design's last softmax itself.
    logits = model(images)
    losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
    return losses.mean(), logits


@nnx.jit
def train_step(model, optimizer, images, labels):
    slopes_of = nnx.value_and_grad(loss_of, has_aux=True)
    (loss, _), slopes = slopes_of(model, images, labels)
    optimizer.update(model, slopes)
    return loss


@nnx.jit
def measure(model, images, labels):
    loss, logits = loss_of(model, images, labels)
    return loss, (logits.argmax(axis=-1) == labels).mean()


def evaluate(model, images, labels):
    """Mean loss and share of right answers."""
    model.eval()
    sums = np.zeros(2)
    for start in range(0, len(images), 64):
        batch = slice(start, start + 64)
        measured = measure(model, images[batch], labels[batch])
        sums += np.array(measured) * len(labels[batch])
    return sums / len(images)


weights = Path(__file__).with_name("weights.safetensors")
if weights.exists():
    load(model, read_safetensors(weights))
    test_loss, test_accuracy = evaluate(model, test_images, test_labels)
    print(f"{weights.name}: test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
else:
    print(f"There is no {weights.name}: the weights are fresh.")

# The last training examples only measure.
split = max(1, int(len(train_images) * (1 - 0.5)))
validation_images, validation_labels = train_images[split:], train_labels[split:]
train_images, train_labels = train_images[:split], train_labels[:split]

for epoch in range(1, 21):
    model.train()
    order = np.random.default_rng([1, epoch]).permutation(len(train_images))
    train_loss = 0.0
    for start in range(0, len(order), 64):
        batch = order[start : start + 64]
        loss = train_step(model, optimizer, train_images[batch], train_labels[batch])
        train_loss += float(loss) * len(batch) / len(order)
    validation_loss, validation_accuracy = evaluate(
        model, validation_images, validation_labels
    )
    print(
        f"Epoch {epoch}: loss {train_loss:.4f}, validation loss {validation_loss:.4f},"
        f" accuracy {validation_accuracy:.3f}"
    )

test_loss, test_accuracy = evaluate(model, test_images, test_labels)
print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
