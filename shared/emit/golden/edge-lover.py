# Edge lover – drawn with Receptive
#
# 50×50×1 → 2: 30 parameters; 62,502 multiply-adds per image.
#
# It takes the weights of weights.npz if that lies beside it, else fresh ones.
# Needs Keras 3 and a backend for it: pip install keras tensorflow

from pathlib import Path

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)


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

model = keras.Sequential(
    [
        keras.Input(shape=(50, 50, 1), name="image"),
        layers.Conv2D(filters=1, kernel_size=(5, 5), padding="same", name="conv_1"),
        layers.GlobalMaxPooling2D(name="global_max_pool_1"),
        layers.Dense(units=2, activation="softmax", name="dense_1"),
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
    epochs=20,
    batch_size=64,
    validation_split=0.5,
)

test_loss, test_accuracy = model.evaluate(test_images, test_labels)
print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
