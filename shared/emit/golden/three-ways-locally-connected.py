# Locally connected – drawn with Receptive
#
# 28×28×1 → 10: 15,690 parameters; 14,896 multiply-adds per image.
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


model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1), name="image"),
        LocallyConnected2D(
            filters=4,
            kernel_size=(3, 3),
            strides=(2, 2),
            padding="same",
            activation="relu",
            name="locally_connected_1",
        ),
        layers.Flatten(name="flatten_1"),
        layers.Dense(units=10, activation="softmax", name="dense_1"),
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
    epochs=10,
    batch_size=64,
    validation_split=0.1,
)

test_loss, test_accuracy = model.evaluate(test_images, test_labels)
print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
