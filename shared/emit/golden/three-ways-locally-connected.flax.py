# Locally connected – drawn with Receptive
#
# 28×28×1 → 10: 15,690 parameters; 14,896 multiply-adds per image.
#
# It takes the weights of weights.safetensors if that lies beside it, else fresh ones.
# Needs JAX, Flax and optax: pip install jax flax optax

import gzip
import json
from functools import reduce
from pathlib import Path
from urllib.request import urlretrieve

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

# Receptive draws its digits itself; MNIST holds their real counterparts.
# The first run downloads it (11 MB).
mnist = Path("mnist")
mnist.mkdir(exist_ok=True)
origin = "https://storage.googleapis.com/cvdf-datasets/mnist"
for part in ("train", "t10k"):
    for what in ("images-idx3", "labels-idx1"):
        file = mnist / f"{part}-{what}-ubyte.gz"
        if not file.exists():
            urlretrieve(f"{origin}/{file.name}", file)


def read_idx(path):
    """An IDX file: two zero bytes, type, rank, one big-endian size per axis, values."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    rank = content[3]
    shape = np.frombuffer(content, dtype=">u4", count=rank, offset=4)
    return np.frombuffer(content, dtype="uint8", offset=4 + 4 * rank).reshape(shape)


def read_pair(prefix):
    images = read_idx(next(mnist.glob(f"{prefix}-images*ubyte*")))
    labels = read_idx(next(mnist.glob(f"{prefix}-labels*ubyte*")))
    return images.reshape((-1, 28, 28, 1)).astype("float32") / 255, labels


train_images, train_labels = read_pair("train")
test_images, test_labels = read_pair("t10k")

glorot = nnx.initializers.glorot_uniform()


class LocallyConnected(nnx.Module):
    """Like Conv, but with a kernel and a bias of its own at every position."""

    def __init__(
        self,
        in_features,
        out_features,
        kernel_size,
        strides=(1, 1),
        padding="SAME",
        *,
        positions,
        use_bias=True,
        kernel_init=None,
        rngs,
    ):
        height, width = kernel_size
        shape = (*positions, height, width, in_features, out_features)
        if kernel_init is None:
            # As a convolution starts: the positions do not count.
            limit = (6 / (height * width * (in_features + out_features))) ** 0.5
            kernel = jax.random.uniform(rngs.params(), shape, float, -limit, limit)
        else:
            kernel = kernel_init(rngs.params(), shape)
        self.kernel = nnx.Param(kernel)
        zeros = jnp.zeros((*positions, out_features))
        self.bias = nnx.Param(zeros) if use_bias else None
        self.window = kernel_size
        self.strides = strides
        self.padding = padding

    def __call__(self, x):
        # What each position sees: for every channel, height * width numbers in a row.
        seen = jax.lax.conv_general_dilated_patches(
            x,
            self.window,
            self.strides,
            self.padding,
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
        )
        kernel = self.kernel[...]
        rows, columns, height, width, channels, _ = kernel.shape
        seen = seen.reshape(len(x), rows, columns, channels, height, width)
        sums = jnp.einsum("nrcihw,rchwif->nrcf", seen, kernel)
        return sums if self.bias is None else sums + self.bias[...]


class Network(nnx.Module):
    def __init__(self, rngs):
        self.locally_connected_1 = LocallyConnected(
            1, 4, kernel_size=(3, 3), strides=(2, 2), positions=(14, 14), rngs=rngs
        )
        self.dense_1 = nnx.Linear(784, 10, kernel_init=glorot, rngs=rngs)

    def __call__(self, x):
        x = nnx.relu(self.locally_connected_1(x))
        x = x.reshape(len(x), -1)
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
    axes = {1: (0,), 2: (1, 0), 3: (1, 2, 0), 6: (0, 1, 4, 5, 3, 2)}
    for path, values in tensors.items():
        *owners, name = path.split(".")
        layer = reduce(getattr, owners, model)
        if name == "weight":
            name = "kernel" if hasattr(layer, "kernel") else "scale"
        variable = getattr(layer, name)
        variable[...] = jnp.array(values.transpose(axes[values.ndim]))


model = Network(nnx.Rngs(1))
optimizer = nnx.Optimizer(
    model, optax.adam(0.001, b1=0.9, b2=0.999, eps=1e-7), wrt=nnx.Param
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
split = max(1, int(len(train_images) * (1 - 0.1)))
validation_images, validation_labels = train_images[split:], train_labels[split:]
train_images, train_labels = train_images[:split], train_labels[:split]

for epoch in range(1, 11):
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
