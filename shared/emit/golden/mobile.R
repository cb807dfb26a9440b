# Mobile – drawn with Receptive
#
# 28×28×1 → 10: 786 parameters, 770 of them trainable; 77,384 multiply-adds per image.
#
# It takes the weights of weights.npz if that lies beside it, else fresh ones.
# Needs R 4.1 and once: install.packages("keras3"); keras3::install_keras()

library(keras3)

set_random_seed(1)

# Receptive draws its digits itself; MNIST holds their real counterparts.
# The first run downloads it (11 MB).
mnist <- dataset_mnist()
train <- mnist$train
test <- mnist$test
train$x <- array_reshape(train$x / 255, c(-1, 28, 28, 1))
test$x <- array_reshape(test$x / 255, c(-1, 28, 28, 1))

image <- layer_input(shape = c(28, 28, 1), name = "image")
stem <- image |> layer_conv_2d(
  filters = 8,
  kernel_size = c(3, 3),
  strides = c(2, 2),
  padding = "same",
  use_bias = FALSE,
  name = "stem"
)
norm_1 <- stem |> layer_batch_normalization(
  momentum = 0.99,
  epsilon = 0.001,
  scale = FALSE,
  name = "norm_1"
)
depthwise_1 <- norm_1 |> layer_depthwise_conv_2d(
  kernel_size = c(3, 3),
  padding = "same",
  depth_multiplier = 2,
  activation = "silu",
  name = "depthwise_1"
)
point_1 <- depthwise_1 |> layer_conv_2d(
  filters = 8,
  kernel_size = c(1, 1),
  padding = "same",
  name = "point_1"
)
norm_2 <- point_1 |> layer_layer_normalization(
  epsilon = 0.001,
  center = FALSE,
  name = "norm_2"
)
mean <- layer_average(list(norm_1, norm_2), name = "mean")
separable_1 <- mean |> layer_separable_conv_2d(
  filters = 16,
  kernel_size = c(3, 3),
  strides = c(2, 2),
  padding = "same",
  activation = "relu",
  name = "separable_1"
)
dropout_1 <- separable_1 |> layer_spatial_dropout_2d(
  rate = 0.2,
  name = "dropout_1"
)
everywhere <- dropout_1 |> layer_global_average_pooling_2d(name = "everywhere")
classes <- everywhere |> layer_dense(units = 10, name = "classes")
model <- keras_model(inputs = image, outputs = classes)

summary(model)

model |> compile(
  optimizer = optimizer_adam(
    learning_rate = 0.001,
    beta_1 = 0.9,
    beta_2 = 0.999,
    epsilon = 1e-7
  ),
  loss = loss_sparse_categorical_crossentropy(from_logits = TRUE),
  metrics = "accuracy"
)

weights <- "weights.npz"
if (file.exists(weights)) {
  stored <- reticulate::import("numpy")$load(weights)
  for (layer in model$layers) {
    own <- startsWith(stored$files, paste0(layer$name, "/"))
    arrays <- lapply(stored$files[own], function(name) {
      reticulate::py_get_item(stored, name)
    })
    layer$set_weights(arrays)
  }
  model |> evaluate(test$x, test$y)
} else {
  cat("There is no weights.npz: the weights are fresh.\n")
}

history <- model |> fit(
  train$x,
  train$y,
  epochs = 10,
  batch_size = 64,
  validation_split = 0.1
)

model |> evaluate(test$x, test$y)
