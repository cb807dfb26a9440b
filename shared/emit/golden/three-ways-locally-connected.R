# Locally connected – drawn with Receptive
#
# 28×28×1 → 10: 15,690 parameters; 14,896 multiply-adds per image.
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

# Like a convolution, but with a kernel and a bias of its own at every position.
layer_locally_connected_2d <- Layer(
  "LocallyConnected2D",
  initialize = function(
    filters,
    kernel_size,
    strides = c(1, 1),
    padding = "valid",
    activation = NULL,
    use_bias = TRUE,
    kernel_initializer = NULL,
    ...
  ) {
    super$initialize(...)
    # R's own values are private: Keras would make them Python's.
    private$filters <- as.integer(filters)
    private$window <- as.integer(kernel_size)
    private$strides <- as.integer(strides)
    private$padding <- padding
    private$activation <- keras$activations$get(activation)
    private$use_bias <- use_bias
    private$start <- kernel_initializer
  },
  build = function(input_shape) {
    image <- as.integer(tail(unlist(input_shape), 3)) # height, width, channels
    positions <- if (private$padding == "same") {
      # Rounded up: the last window may reach out of the image.
      ceiling(image[1:2] / private$strides)
    } else {
      (image[1:2] - private$window) %/% private$strides + 1
    }
    cells <- prod(private$window) * image[3]
    private$matrices <- as.integer(c(positions, cells, private$filters))
    # As a convolution starts: the positions do not count.
    limit <- sqrt(6 / (prod(private$window) * (image[3] + private$filters)))
    start <- private$start
    if (is.null(start)) start <- initializer_random_uniform(-limit, limit)
    self$kernel <- self$add_weight(
      shape = as.integer(c(positions, private$window, image[3], private$filters)),
      initializer = start,
      name = "kernel"
    )
    if (private$use_bias) {
      self$bias <- self$add_weight(
        shape = as.integer(c(positions, private$filters)),
        initializer = "zeros",
        name = "bias"
      )
    }
  },
  call = function(inputs) {
    # What each position sees, height * width * channels numbers in a row.
    seen <- op_image_extract_patches(
      inputs,
      private$window,
      strides = private$strides,
      padding = private$padding
    )
    kernel <- op_reshape(self$kernel, private$matrices)
    sums <- op_einsum("nrcw,rcwf->nrcf", seen, kernel)
    if (private$use_bias) sums <- op_add(sums, self$bias)
    private$activation(sums)
  }
)

model <- keras_model_sequential(input_shape = c(28, 28, 1), input_name = "image") |>
  layer_locally_connected_2d(
    filters = 4,
    kernel_size = c(3, 3),
    strides = c(2, 2),
    padding = "same",
    activation = "relu",
    name = "locally_connected_1"
  ) |>
  layer_flatten(name = "flatten_1") |>
  layer_dense(units = 10, activation = "softmax", name = "dense_1")

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
