# Down and up again – drawn with Receptive
#
# 28×28×1 → 10: 2,158 parameters, 2,010 of them trainable; 27,880 multiply-adds per image.
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

model <- keras_model_sequential(input_shape = c(28, 28, 1), input_name = "image") |>
  layer_rescaling(scale = 2, offset = -1, name = "scaled") |>
  layer_gaussian_noise(stddev = 0.2, name = "noisy") |>
  layer_cropping_2d(cropping = list(c(2, 2), c(3, 1)), name = "middle") |>
  layer_conv_2d(
    filters = 4,
    kernel_size = c(3, 3),
    strides = c(2, 2),
    padding = "same",
    activation = "relu",
    name = "down"
  ) |>
  layer_conv_2d_transpose(
    filters = 4,
    kernel_size = c(3, 3),
    strides = c(2, 2),
    padding = "same",
    trainable = FALSE,
    activation = "relu",
    name = "up_1"
  ) |>
  layer_average_pooling_2d(pool_size = c(2, 2), name = "small") |>
  layer_upsampling_2d(
    size = c(2, 2),
    interpolation = "bilinear",
    name = "up_2"
  ) |>
  layer_zero_padding_2d(padding = list(c(2, 2), c(3, 1)), name = "edge") |>
  layer_upsampling_2d(size = c(2, 1), name = "up_3") |>
  layer_max_pooling_2d(pool_size = c(8, 4), name = "pool_1") |>
  layer_flatten(name = "flatten_1") |>
  layer_dense(units = 10, name = "classes")

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
