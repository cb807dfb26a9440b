# Mobile – drawn with Receptive
#
# 28×28×1 → 10: 786 parameters, 770 of them trainable; 77,384 multiply-adds per image.
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

image = keras.Input(shape=(28, 28, 1), name="image")
stem = layers.Conv2D(
    filters=8,
    kernel_size=(3, 3),
    strides=(2, 2),
    padding="same",
    use_bias=False,
    name="stem",
)(image)
norm_1 = layers.BatchNormalization(
    momentum=0.99, epsilon=0.001, scale=False, name="norm_1"
)(stem)
depthwise_1 = layers.DepthwiseConv2D(
    kernel_size=(3, 3),
    padding="same",
    depth_multiplier=2,
    activation="silu",
    name="depthwise_1",
)(norm_1)
point_1 = layers.Conv2D(filters=8, kernel_size=(1, 1), padding="same", name="point_1")(
    depthwise_1
)
norm_2 = layers.LayerNormalization(epsilon=0.001, center=False, name="norm_2")(point_1)
mean = layers.Average(name="mean")([norm_1, norm_2])
separable_1 = layers.SeparableConv2D(
    filters=16,
    kernel_size=(3, 3),
    strides=(2, 2),
    padding="same",
    activation="relu",
    name="separable_1",
)(mean)
dropout_1 = layers.SpatialDropout2D(rate=0.2, name="dropout_1")(separable_1)
everywhere = layers.GlobalAveragePooling2D(name="everywhere")(dropout_1)
classes = layers.Dense(units=10, name="classes")(everywhere)
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
