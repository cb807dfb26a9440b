# Attention by channel, two inputs – drawn with Receptive
#
# 28×28×1 → 10: 5,650 parameters, 4,082 of them trainable; 60,432 multiply-adds per image.
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
again = layers.Identity(name="again")(image)
features = layers.Conv2D(
    filters=8, kernel_size=(3, 3), padding="same", name="features"
)(image)
squeeze = layers.GlobalAveragePooling2D(name="squeeze")(features)
weigh = layers.Dense(units=8, activation="sigmoid", name="weigh")(squeeze)
as_image = layers.Reshape(target_shape=(1, 1, 8), name="as_image")(weigh)
gate = layers.Multiply(name="gate")([features, as_image])
brightest = layers.Maximum(name="brightest")([gate, again])
pool_1 = layers.MaxPooling2D(pool_size=(4, 4), name="pool_1")(brightest)
as_vector = layers.Reshape(target_shape=(392,), name="as_vector")(pool_1)
norm = layers.BatchNormalization(
    momentum=0.99, epsilon=0.001, trainable=False, name="norm"
)(as_vector)
classes = layers.Dense(units=10, name="classes")(norm)
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
