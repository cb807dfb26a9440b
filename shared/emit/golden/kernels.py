# Kernels by name – drawn with Receptive
#
# 28×28×1 → 10: 7,886 parameters, 7,850 of them trainable; 36,064 multiply-adds per image.
#
# It takes the weights of weights.npz if that lies beside it, else fresh ones.
# Needs Keras 3 and a backend for it: pip install keras tensorflow

from pathlib import Path

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)

# Receptive draws its digits itself; MNIST holds their real counterparts.
# The first run downloads it (11 MB).
mnist = keras.datasets.mnist.load_data()
(train_images, train_labels), (test_images, test_labels) = mnist
train_images = train_images.reshape((-1, 28, 28, 1)).astype("float32") / 255
test_images = test_images.reshape((-1, 28, 28, 1)).astype("float32") / 255


@keras.saving.register_keras_serializable()
class Stencil(keras.initializers.Initializer):
    """Starts all kernels of a layer as one given kernel, laid on the image unflipped.

    across="sum": every filter applies it to each channel and adds up.
    across="channel": filter 0 sees channel 0 alone, filter 1 channel 1, and so on.
    """

    def __init__(self, cells, across="sum"):
        self.cells = cells
        self.across = across

    def __call__(self, shape, dtype=None):
        height, width, channels, filters = shape[-4:]
        kernel = np.reshape(self.cells, (height, width, 1, 1))
        if self.across == "channel":
            # 1 where the filter looks at the channel, 0 elsewhere.
            kernel = kernel * (
                np.arange(filters) % channels == np.arange(channels)[:, np.newaxis]
            )
        return keras.ops.convert_to_tensor(np.broadcast_to(kernel, shape), dtype=dtype)

    def get_config(self):
        return {"cells": self.cells, "across": self.across}


image = keras.Input(shape=(28, 28, 1), name="image")
sobel_x = layers.Conv2D(
    filters=1,
    kernel_size=(3, 3),
    padding="same",
    use_bias=False,
    trainable=False,
    kernel_initializer=Stencil(
        cells=((1, 0, -1), (2, 0, -2), (1, 0, -1)), across="sum"
    ),
    name="sobel_x",
)(image)
sobel_y = layers.Conv2D(
    filters=1,
    kernel_size=(3, 3),
    padding="same",
    use_bias=False,
    trainable=False,
    kernel_initializer=Stencil(
        cells=((1, 2, 1), (0, 0, 0), (-1, -2, -1)), across="sum"
    ),
    name="sobel_y",
)(image)
laplace = layers.Conv2D(
    filters=1,
    kernel_size=(3, 3),
    padding="same",
    use_bias=False,
    trainable=False,
    kernel_initializer=Stencil(cells=((0, 1, 0), (1, -4, 1), (0, 1, 0)), across="sum"),
    name="laplace",
)(image)
gaussian = layers.Conv2D(
    filters=1,
    kernel_size=(3, 3),
    padding="same",
    use_bias=False,
    trainable=False,
    kernel_initializer=Stencil(
        cells=((0.0625, 0.125, 0.0625), (0.125, 0.25, 0.125), (0.0625, 0.125, 0.0625)),
        across="sum",
    ),
    name="gaussian",
)(image)
concat_1 = layers.Concatenate(name="concat_1")([sobel_x, sobel_y, laplace, gaussian])
max_pool_1 = layers.MaxPooling2D(pool_size=(2, 2), name="max_pool_1")(concat_1)
flatten_1 = layers.Flatten(name="flatten_1")(max_pool_1)
dense_1 = layers.Dense(units=10, activation="softmax", name="dense_1")(flatten_1)
model = keras.Model(image, dense_1)

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
    epochs=10,
    batch_size=64,
    validation_split=0.1,
)

test_loss, test_accuracy = model.evaluate(test_images, test_labels)
print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
