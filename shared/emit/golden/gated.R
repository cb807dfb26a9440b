# Attention by channel, two inputs – drawn with Receptive
#
# 28×28×1 → 10: 5,650 parameters, 4,082 of them trainable; 60,432 multiply-adds per image.
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
again <- image |> layer_identity(name = "again")
features <- image |> layer_conv_2d(
  filters = 8,
  kernel_size = c(3, 3),
  padding = "same",
  name = "features"
)
squeeze <- features |> layer_global_average_pooling_2d(name = "squeeze")
weigh <- squeeze |> layer_dense(
  units = 8,
  activation = "sigmoid",
  name = "weigh"
)
as_image <- weigh |> layer_reshape(target_shape = c(1, 1, 8), name = "as_image")
gate <- layer_multiply(list(features, as_image), name = "gate")
brightest <- layer_maximum(list(gate, again), name = "brightest")
pool_1 <- brightest |> layer_max_pooling_2d(
  pool_size = c(4, 4),
  name = "pool_1"
)
as_vector <- pool_1 |> layer_reshape(target_shape = c(392), name = "as_vector")
norm <- as_vector |> layer_batch_normalization(
  momentum = 0.99,
  epsilon = 0.001,
  trainable = FALSE,
  name = "norm"
)
classes <- norm |> layer_dense(units = 10, name = "classes")
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
