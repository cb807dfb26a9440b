# A kernel for every place – drawn with Receptive
#
# 28×28×1 → 10: 21,837 parameters, 21,828 of them trainable; 41,952 multiply-adds per image.
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

image <- layer_input(shape = c(28, 28, 1), name = "image")
blur <- image |> layer_conv_2d(
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
  name = "blur"
)
across <- blur |> layer_conv_2d(
  filters = 1,
  kernel_size = c(3, 3),
  padding = "same",
  use_bias = FALSE,
  kernel_initializer = stencil(
    cells = rbind(c(1, 0, -1), c(2, 0, -2), c(1, 0, -1)),
    across = "sum"
  ),
  activation = "relu",
  name = "across"
)
down <- blur |> layer_conv_2d(
  filters = 1,
  kernel_size = c(3, 3),
  padding = "same",
  use_bias = FALSE,
  kernel_initializer = stencil(
    cells = rbind(c(1, 2, 1), c(0, 0, 0), c(-1, -2, -1)),
    across = "sum"
  ),
  activation = "relu",
  name = "down"
)
edges <- layer_concatenate(list(across, down), name = "edges")
places_1 <- edges |> layer_locally_connected_2d(
  filters = 2,
  kernel_size = c(3, 3),
  strides = c(2, 2),
  padding = "same",
  kernel_initializer = stencil(
    cells = rbind(
      c(0.1111111111111111, 0.1111111111111111, 0.1111111111111111),
      c(0.1111111111111111, 0.1111111111111111, 0.1111111111111111),
      c(0.1111111111111111, 0.1111111111111111, 0.1111111111111111)
    ),
    across = "channel"
  ),
  activation = "relu",
  name = "places_1"
)
places_2 <- places_1 |> layer_locally_connected_2d(
  filters = 4,
  kernel_size = c(2, 3),
  padding = "valid",
  activation = "leaky_relu",
  name = "places_2"
)
flatten_1 <- places_2 |> layer_flatten(name = "flatten_1")
classes <- flatten_1 |> layer_dense(units = 10, name = "classes")
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
