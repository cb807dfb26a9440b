# Dense net – drawn with Receptive
#
# 2 → 3: 371 parameters; 336 multiply-adds per example.
#
# It takes the weights of weights.npz if that lies beside it, else fresh ones.
# Needs R 4.1 and once: install.packages("keras3"); keras3::install_keras()

library(keras3)

set_random_seed(1)

# Points x, y on three spiral arms, one class each.
spirals <- function(count, seed) {
  set.seed(seed)
  y <- rep(0:2, length.out = count)
  radius <- runif(count, 0.05, 1)
  angle <- 2 * pi * (y / 3 + 0.75 * radius) + rnorm(count, sd = 0.12)
  list(x = cbind(radius * cos(angle), radius * sin(angle)), y = y)
}

train <- spirals(1500, seed = 1)
test <- spirals(300, seed = 2)

model <- keras_model_sequential(input_shape = c(2), input_name = "point") |>
  layer_dense(units = 16, activation = "tanh", name = "dense_1") |>
  layer_dense(units = 16, activation = "tanh", name = "dense_2") |>
  layer_dense(units = 3, activation = "softmax", name = "dense_3")

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
  epochs = 30,
  batch_size = 32,
  validation_split = 0.2
)

model |> evaluate(test$x, test$y)
