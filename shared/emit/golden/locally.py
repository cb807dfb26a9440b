# A kernel for every place – drawn with Receptive
#
# 28×28×1 → 10: 21,837 parameters, 21,828 of them trainable; 41,952 multiply-adds per image.
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


@keras.saving.register_keras_serializable()
class LocallyConnected2D(layers.Layer):
    """Like Conv2D, but with a kernel and a bias of its own at every position."""

    def __init__(
        self,
        filters,
        kernel_size,
        strides=(1, 1),
        padding="valid",
        activation=None,
        use_bias=True,
        kernel_initializer=None,
        **options,
    ):
        super().__init__(**options)
        self.filters = filters
        self.kernel_size = kernel_size
        self.strides = strides
        self.padding = padding
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        height, width = self.kernel_size
        channels = input_shape[-1]
        positions = self.compute_output_shape(input_shape)[1:3]
        # As a convolution starts: the positions do not count.
        limit = (6 / (height * width * (channels + self.filters))) ** 0.5
        self.kernel = self.add_weight(
            shape=(*positions, height, width, channels, self.filters),
            initializer=self.kernel_initializer
            or keras.initializers.RandomUniform(-limit, limit),
            name="kernel",
        )
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(*positions, self.filters), initializer="zeros", name="bias"
            )

    def compute_output_shape(self, input_shape):
        batch, *size, _ = input_shape
        if self.padding == "same":
            # Rounded up: the last window may reach out of the image.
            places = [-(-n // step) for n, step in zip(size, self.strides)]
        else:
            places = [
                (n - window) // step + 1
                for n, window, step in zip(size, self.kernel_size, self.strides)
            ]
        return (batch, *places, self.filters)

    def call(self, inputs):
        # What each position sees, height * width * channels numbers in a row.
        seen = keras.ops.image.extract_patches(
            inputs,
            size=tuple(self.kernel_size),
            strides=tuple(self.strides),
            padding=self.padding,
            data_format="channels_last",
        )
        rows, columns, *window, filters = self.kernel.shape
        kernel = keras.ops.reshape(self.kernel, (rows, columns, -1, filters))
        sums = keras.ops.einsum("nrcw,rcwf->nrcf", seen, kernel)
        return self.activation(sums + self.bias if self.use_bias else sums)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "activation": keras.activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }


image = keras.Input(shape=(28, 28, 1), name="image")
blur = layers.Conv2D(
    filters=1,
    kernel_size=(3, 3),
    padding="same",
    use_bias=False,
    trainable=False,
    kernel_initializer=Stencil(
        cells=((0.0625, 0.125, 0.0625), (0.125, 0.25, 0.125), (0.0625, 0.125, 0.0625)),
        across="sum",
    ),
    name="blur",
)(image)
across = layers.Conv2D(
    filters=1,
    kernel_size=(3, 3),
    padding="same",
    use_bias=False,
    kernel_initializer=Stencil(
        cells=((1, 0, -1), (2, 0, -2), (1, 0, -1)), across="sum"
    ),
    activation="relu",
    name="across",
)(blur)
down = layers.Conv2D(
    filters=1,
    kernel_size=(3, 3),
    padding="same",
    use_bias=False,
    kernel_initializer=Stencil(
        cells=((1, 2, 1), (0, 0, 0), (-1, -2, -1)), across="sum"
    ),
    activation="relu",
    name="down",
)(blur)
edges = layers.Concatenate(name="edges")([across, down])
places_1 = LocallyConnected2D(
    filters=2,
    kernel_size=(3, 3),
    strides=(2, 2),
    padding="same",
    kernel_initializer=Stencil(
        cells=(
            (0.1111111111111111, 0.1111111111111111, 0.1111111111111111),
            (0.1111111111111111, 0.1111111111111111, 0.1111111111111111),
            (0.1111111111111111, 0.1111111111111111, 0.1111111111111111),
        ),
        across="channel",
    ),
    activation="relu",
    name="places_1",
)(edges)
places_2 = LocallyConnected2D(
    filters=4,
    kernel_size=(2, 3),
    padding="valid",
    activation="leaky_relu",
    name="places_2",
)(places_1)
flatten_1 = layers.Flatten(name="flatten_1")(places_2)
classes = layers.Dense(units=10, name="classes")(flatten_1)
model = keras.Model(image, classes)

model.summary()

model.compile(
    optimizer=keras.optimizers.Adam(
        learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
    ),
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
    validation_split=0.1,
)

test_loss, test_accuracy = model.evaluate(test_images, test_labels)
print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
