# Dense net – drawn with Receptive
#
# 2 → 3: 371 parameters; 336 multiply-adds per example.
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


def spirals(count, seed):
    """Points [x, y] on three spiral arms, one class each."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    radius = random.uniform(0.05, 1, count)
    angle = 2 * np.pi * (labels / 3 + 0.75 * radius) + random.normal(0, 0.12, count)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return points.astype("float32"), labels


train_images, train_labels = spirals(1500, seed=1)
test_images, test_labels = spirals(300, seed=2)

glorot = nnx.initializers.glorot_uniform()


class Network(nnx.Module):
    def __init__(self, rngs):
        self.dense_1 = nnx.Linear(2, 16, kernel_init=glorot, rngs=rngs)
        self.dense_2 = nnx.Linear(16, 16, kernel_init=glorot, rngs=rngs)
        self.dense_3 = nnx.Linear(16, 3, kernel_init=glorot, rngs=rngs)

    def __call__(self, x):
        x = nnx.tanh(self.dense_1(x))
        x = nnx.tanh(self.dense_2(x))
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
        tensors[name] = values.reshape(it["shape"])
    return tensors


def load(model, tensors):
    """Puts arrays in their places, with PyTorch's axes in Flax's order."""
    axes = {1: (0,), 2: (1, 0)}
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
    for start in range(0, len(images), 32):
        batch = slice(start, start + 32)
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
split = max(1, int(len(train_images) * (1 - 0.2)))
validation_images, validation_labels = train_images[split:], train_labels[split:]
train_images, train_labels = train_images[:split], train_labels[:split]

for epoch in range(1, 31):
    model.train()
    order = np.random.default_rng([1, epoch]).permutation(len(train_images))
    train_loss = 0.0
    for start in range(0, len(order), 32):
        batch = order[start : start + 32]
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
