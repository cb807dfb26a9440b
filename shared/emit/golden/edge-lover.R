# Edge lover – drawn with Receptive
#
# 50×50×1 → 2: 30 parameters; 62,502 multiply-adds per image.
#
# It takes the weights of weights.npz if that lies beside it, else fresh ones.
# Needs R 4.1 and once: install.packages("keras3"); keras3::install_keras()

library(keras3)

set_random_seed(1)

# 50×50 images of ten bars, all vertical (class 0) or all horizontal (class 1).
stripes <- function(count, seed) {
  set.seed(seed)
  x <- array(0, c(count, 50, 50))
  y <- rep(c(0, 1), length.out = count)
  for (image in seq_len(count)) {
    for (bar in 1:10) {
      start <- sample.int(50, 1)
      across <- sample.int(50, 1)
      # The bar ends before a place drawn from start to 50, so it may be empty.
      painted <- start - 1 + seq_len(sample.int(51 - start, 1) - 1)
      if (y[image] == 0) {
        x[image, painted, across] <- 1
      } else {
        x[image, across, painted] <- 1
      }
    }
  }
  list(x = array_reshape(x, c(-1, 50, 50, 1)), y = y)
}

train <- stripes(2000, seed = 1)
test <- stripes(500, seed = 2)

model <- keras_model_sequential(input_shape = c(50, 50, 1), input_name = "image") |>
  layer_conv_2d(
    filters = 1,
    kernel_size = c(5, 5),
    padding = "same",
    name = "conv_1"
  ) |>
  layer_global_max_pooling_2d(name = "global_max_pool_1") |>
  layer_dense(units = 2, activation = "softmax", name = "dense_1")

summary(model)

model |> compile(
  optimizer = optimizer_adam(
    learning_rate = 0.01,
    beta_1 = 0.9,
    beta_2 = 0.999,
    epsilon = 1e-7
  ),
  loss = loss_sparse_categorical_crossentropy(),
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
  epochs = 20,
  batch_size = 64,
  validation_split = 0.5
)

model |> evaluate(test$x, test$y)
