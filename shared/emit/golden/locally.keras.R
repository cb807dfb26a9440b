# A kernel for every place – drawn with Receptive
#
# 28×28×1 → 10: 21,837 parameters, 21,828 of them trainable; 41,952 multiply-adds per image.
#
# It takes the weights of weights.npz if that lies beside it, else fresh ones.
# Needs once: install.packages("keras"); keras::install_keras()

library(keras)

tensorflow::set_random_seed(1)

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
    k_constant(aperm(everywhere, order))
  }
}

# Like a convolution, but with a kernel and a bias of its own at every position.
tf <- tensorflow::tf
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
    super()$`__init__`(...)
    self$filters <- as.integer(filters)
    self$window <- as.integer(kernel_size)
    self$strides <- as.integer(strides)
    self$padding <- padding
    self$activation <- tf$keras$activations$get(activation)
    self$use_bias <- use_bias
    self$start <- kernel_initializer
  },
  build = function(input_shape) {
    image <- tail(as.integer(unlist(input_shape)), 3) # height, width, channels
    window <- unlist(self$window)
    strides <- unlist(self$strides)
    positions <- if (self$padding == "same") {
      # Rounded up: the last window may reach out of the image.
      ceiling(image[1:2] / strides)
    } else {
      (image[1:2] - window) %/% strides + 1
    }
    self$matrices <- as.integer(c(positions, prod(window) * image[3], self$filters))
    # As a convolution starts: the positions do not count.
    limit <- sqrt(6 / (prod(window) * (image[3] + self$filters)))
    start <- self$start
    if (is.null(start)) start <- initializer_random_uniform(-limit, limit)
    self$kernel <- self$add_weight(
      name = "kernel",
      shape = as.integer(c(positions, window, image[3], self$filters)),
      initializer = start
    )
    if (self$use_bias) {
      self$bias <- self$add_weight(
        name = "bias",
        shape = as.integer(c(positions, self$filters)),
        initializer = "zeros"
      )
    }
  },
  call = function(inputs, ...) {
    # What each position sees, height * width * channels numbers in a row.
    seen <- tf$image$extract_patches(
      inputs,
      sizes = c(1L, unlist(self$window), 1L),
      strides = c(1L, unlist(self$strides), 1L),
      rates = c(1L, 1L, 1L, 1L),
      padding = toupper(self$padding)
    )
    kernel <- tf$reshape(self$kernel, unlist(self$matrices))
    sums <- tf$einsum("nrcw,rcwf->nrcf", seen, kernel)
    if (self$use_bias) sums <- sums + self$bias
    self$activation(sums)
  }
)

image <- layer_input(shape = c(28, 28, 1), name = "image")
blur <- image %>% layer_conv_2d(
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
across <- blur %>% layer_conv_2d(
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
down <- blur %>% layer_conv_2d(
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
places_1 <- edges %>% layer_locally_connected_2d(
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
places_2 <- places_1 %>% layer_locally_connected_2d(
  filters = 4,
  kernel_size = c(2, 3),
  padding = "valid",
  activation = function(x) tensorflow::tf$nn$leaky_relu(x, 0.2),
  name = "places_2"
)
flatten_1 <- places_2 %>% layer_flatten(name = "flatten_1")
classes <- flatten_1 %>% layer_dense(units = 10, name = "classes")
model <- keras_model(inputs = image, outputs = classes)

summary(model)

model %>% compile(
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
  model %>% evaluate(test$x, test$y)
} else {
  cat("There is no weights.npz: the weights are fresh.\n")
}

history <- model %>% fit(
  train$x,
  train$y,
  epochs = 10,
  batch_size = 64,
  validation_split = 0.1
)

model %>% evaluate(test$x, test$y)
