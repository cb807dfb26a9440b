# Shuffled digits – drawn with Receptive
#
# 28×28×1 → 10: 84,060 parameters; 83,900 multiply-adds per image.
#
# It takes the weights of weights.npz if that lies beside it, else fresh ones.
# Needs Keras 3 and a backend for it: pip install keras tensorflow

import gzip
from pathlib import Path

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)

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


@keras.saving.register_keras_serializable()
class ShufflePixels(layers.Layer):
    """Moves every pixel to another place: one fixed order, the same for all images."""

    def __init__(self, seed, **options):
        super().__init__(**options)
        self.seed = seed

    def build(self, input_shape):
        # An image moves its pixels with all their channels, a vector its values.
        self.order = np.array(permutation(int(np.prod(input_shape[1:3])), self.seed))

    def call(self, inputs):
        places = keras.ops.reshape(inputs, (-1, len(self.order), *inputs.shape[3:]))
        moved = keras.ops.take(places, self.order, axis=1)
        return keras.ops.reshape(moved, (-1, *inputs.shape[1:]))

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}


model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1), name="image"),
        ShufflePixels(seed=7, name="shuffle_1"),
        layers.Flatten(name="flatten_1"),
        layers.Dense(units=100, activation="relu", name="dense_1"),
        layers.Dense(units=50, activation="relu", name="dense_2"),
        layers.Dense(units=10, name="classes"),
    ]
)

model.summary()

model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=0.01, momentum=0.9),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
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
    epochs=10,
    batch_size=64,
)

test_loss, test_accuracy = model.evaluate(test_images, test_labels)
print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
