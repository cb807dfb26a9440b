# Dense net – drawn with Receptive
#
# 2 → 3: 371 parameters; 336 multiply-adds per example.
#
# It takes the weights of weights.npz if that lies beside it, else fresh ones.
# Needs Keras 3 and a backend for it: pip install keras tensorflow

from pathlib import Path

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)


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

model = keras.Sequential(
    [
        keras.Input(shape=(2,), name="point"),
        layers.Dense(units=16, activation="tanh", name="dense_1"),
        layers.Dense(units=16, activation="tanh", name="dense_2"),
        layers.Dense(units=3, activation="softmax", name="dense_3"),
    ]
)

model.summary()

model.compile(
    optimizer=keras.optimizers.Adam(
        learning_rate=0.01, beta_1=0.9, beta_2=0.999, epsilon=1e-7
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
    epochs=30,
    batch_size=32,
    validation_split=0.2,
)

test_loss, test_accuracy = model.evaluate(test_images, test_labels)
print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
