# Two paths, one “sum” – drawn with Receptive
#
# 28×28×1 → 10: 236 parameters, 148 of them trainable; 75,354 multiply-adds per image.
#
# It takes the weights of weights.npz if that lies beside it, else fresh ones.
# Needs Keras 3 and a backend for it: pip install keras tensorflow

from pathlib import Path

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(42)

# Receptive draws its digits itself; MNIST holds their real counterparts.
# The first run downloads it (11 MB).
mnist = keras.datasets.mnist.load_data()
(train_images, train_labels), (test_images, test_labels) = mnist
train_images = train_images.reshape((-1, 28, 28, 1)).astype("float32") / 255
test_images = test_images.reshape((-1, 28, 28, 1)).astype("float32") / 255

image = keras.Input(shape=(28, 28, 1), name="image")
near = layers.Conv2D(
    filters=8, kernel_size=(3, 1), padding="same", activation="leaky_relu", name="near"
)(image)
far = layers.Conv2D(
    filters=8,
    kernel_size=(3, 3),
    padding="same",
    use_bias=False,
    trainable=False,
    dilation_rate=(2, 2),
    name="far",
)(image)
lambda_ = layers.BatchNormalization(momentum=0.99, epsilon=0.001, name="lambda")(far)
sum = layers.Add(name="sum")([near, lambda_])
both = layers.Concatenate(name="both")([sum, image])
pool_1 = layers.AveragePooling2D(
    pool_size=(3, 3), strides=(2, 2), padding="same", name="pool_1"
)(both)
swish_1 = layers.Activation(activation="silu", name="swish_1")(pool_1)
everywhere = layers.GlobalAveragePooling2D(name="everywhere")(swish_1)
dropout_1 = layers.Dropout(rate=0.25, name="dropout_1")(everywhere)
classes = layers.Dense(units=10, name="classes")(dropout_1)
model = keras.Model(image, classes)

model.summary()

model.compile(
    optimizer=keras.optimizers.RMSprop(learning_rate=0.0005, rho=0.9, epsilon=1e-7),
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
    callbacks=[
        keras.callbacks.EarlyStopping(
            monitor="val_loss", patience=3, restore_best_weights=True
        )
    ],
)

test_loss, test_accuracy = model.evaluate(test_images, test_labels)
print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
