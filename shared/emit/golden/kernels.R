# Kernels by name – drawn with Receptive
#
# 28×28×1 → 10: 7,886 parameters, 7,850 of them trainable; 36,064 multiply-adds per image.
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

# Starts all kernels of a layer as one given kernel, laid on the image unflipped.
# "sum": every filter applies it to each channel and adds up.
# "channel": filter 1 sees channel 1 alone, filter 2 channel 2, and so on.
stencil <- function(cells, across = "sum") {
  function(shape, dtype = "float32", ...) {
    shape <- as.integer(unlist(shape))
    size <- tail(shape, 4) # height, width, channels, filters
    positions <- head(shape, -4) # those of a locally connected layer
    kernels <- array(cells, size)
    if (across == "channel") {
      channel <- slice.index(kernels, 3) - 1
      filter <- slice.index(kernels, 4) - 1
      kernels[filter %% size[3] != channel] <- 0
    }
    everywhere <- array(kernels, c(size, positions))
    order <- c(seq_along(positions) + 4, 1:4)
    op_convert_to_tensor(aperm(everywhere, order), dtype = dtype)
  }
}

image <- layer_input(shape = c(28, 28, 1), name = "image")
sobel_x <- image |> layer_conv_2d(
  filters = 1,
  kernel_size = c(3, 3),
  padding = "same",
  use_bias = FALSE,
  trainable = FALSE,
  kernel_initializer = stencil(
    cells = rbind(c(1, 0, -1), c(2, 0, -2), c(1, 0, -1)),
    across = "sum"
  ),
  name = "sobel_x"
)
sobel_y <- image |> layer_conv_2d(
  filters = 1,
  kernel_size = c(3, 3),
  padding = "same",
  use_bias = FALSE,
  trainable = FALSE,
  kernel_initializer = stencil(
    cells = rbind(c(1, 2, 1), c(0, 0, 0), c(-1, -2, -1)),
    across = "sum"
  ),
  name = "sobel_y"
)
laplace <- image |> layer_conv_2d(
  filters = 1,
  kernel_size = c(3, 3),
  padding = "same",
  use_bias = FALSE,
  trainable = FALSE,
  kernel_initializer = stencil(
    cells = rbind(c(0, 1, 0), c(1, -4, 1), c(0, 1, 0)),
    across = "sum"
  ),
  name = "laplace"
)
gaussian <- image |> layer_conv_2d(
  filters = 1,
  kernel_size = c(3, 3),
  padding = "same",
  use_bias = FALSE,
  trainable = FALSE,
  kernel_initializer = stencil(
    cells = rbind(
      c(0.0625, 0.125, 0.0625),
      c(0.125, 0.25, 0.125),
      c(0.0625, 0.125, 0.0625)
    ),
    across = "sum"
  ),
  name = "gaussian"
)
concat_1 <- layer_concatenate(
  list(sobel_x, sobel_y, laplace, gaussian),
  name = "concat_1"
)
max_pool_1 <- concat_1 |> layer_max_pooling_2d(
  pool_size = c(2, 2),
  name = "max_pool_1"
)
flatten_1 <- max_pool_1 |> layer_flatten(name = "flatten_1")
dense_1 <- flatten_1 |> layer_dense(
  units = 10,
  activation = "softmax",
  name = "dense_1"
)
model <- keras_model(inputs = image, outputs = dense_1)

summary(model)

model |> compile(
  optimizer = optimizer_adam(
    learning_rate = 0.001,
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
  epochs = 10,
  batch_size = 64,
  validation_split = 0.1
)

model |> evaluate(test$x, test$y)
