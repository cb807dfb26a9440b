# Shuffled digits – drawn with Receptive
#
# 28×28×1 → 10: 84,060 parameters; 83,900 multiply-adds per image.
#
# It takes the weights of weights.npz if that lies beside it, else fresh ones.
# Needs R 4.1 and once: install.packages("keras3"); keras3::install_keras()

library(keras3)

set_random_seed(1)

# The folder with train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped or not,
# and t10k-images… and t10k-labels… where there is a test set.
folder <- "mnist"

# An IDX file: two zero bytes, type, rank, one big-endian size per axis, values.
read_idx <- function(pattern) {
  path <- list.files(folder, pattern, full.names = TRUE)[1]
  file <- gzfile(path, "rb") # reads plain files too
  on.exit(close(file))
  rank <- readBin(file, "integer", 4, size = 1)[4]
  shape <- readBin(file, "integer", rank, size = 4, endian = "big")
  values <- readBin(file, "integer", prod(shape), size = 1, signed = FALSE)
  list(values = values, count = shape[1])
}

read_pair <- function(prefix) {
  images <- read_idx(paste0("^", prefix, "-images"))
  labels <- read_idx(paste0("^", prefix, "-labels"))
  list(x = array_reshape(images$values / 255, c(-1, 28, 28, 1)), y = labels$values)
}

has_images <- function(prefix) {
  length(list.files(folder, paste0("^", prefix, "-images"))) > 0
}

pairs <- Filter(has_images, c("train", "t10k"))
if (length(pairs) == 0) {
  stop("No IDX files in ", folder, ": correct the line folder <- …")
}
train <- read_pair(pairs[1])
if (length(pairs) == 2) {
  test <- read_pair(pairs[2])
} else {
  # Only one pair of files: its last 15 % become the test set.
  kept <- seq_len((length(train$y) * 85) %/% 100)
  test <- list(x = train$x[-kept, , , , drop = FALSE], y = train$y[-kept])
  train <- list(x = train$x[kept, , , , drop = FALSE], y = train$y[kept])
}

# 32-bit arithmetic on R's numbers, which hold whole numbers up to 2^53: the same
# random numbers (mulberry32) come out in every language.
low <- 2^16
xor32 <- function(a, b) {
  bitwXor(a %/% low, b %/% low) * low + bitwXor(a %% low, b %% low)
}
times32 <- function(a, b) {
  ((a %/% low * b) %% low * low + a %% low * b) %% 2^32
}

# The numbers 0 to length - 1 in random order (Fisher-Yates).
permutation <- function(length, seed) {
  order <- seq_len(length) - 1L
  state <- seed
  for (last in rev(seq_len(length)[-1])) {
    state <- (state + 0x6D2B79F5) %% 2^32
    mixed <- times32(xor32(state, state %/% 2^15), state + 1 - state %% 2)
    odd <- mixed - mixed %% 64 + bitwOr(mixed %% 64, 61)
    mixed <- xor32(mixed, (mixed + times32(xor32(mixed, mixed %/% 2^7), odd)) %% 2^32)
    mixed <- xor32(mixed, mixed %/% 2^14)
    other <- floor(mixed / 2^32 * last) + 1
    order[c(last, other)] <- order[c(other, last)]
  }
  order
}

# What the layer does: every pixel moves to another place, one fixed order, the same
# for all images. It calls Keras through Python, where axes and places count from 0.
shuffle_pixels <- function(shape, seed) {
  order <- permutation(prod(head(shape, 2)), seed)
  function(images) {
    places <- as.integer(c(-1, length(order), tail(shape, -2)))
    moved <- keras$ops$take(keras$ops$reshape(images, places), order, axis = 1L)
    keras$ops$reshape(moved, as.integer(c(-1, shape)))
  }
}

model <- keras_model_sequential(input_shape = c(28, 28, 1), input_name = "image") |>
  layer_lambda(
    f = shuffle_pixels(c(28, 28, 1), seed = 7),
    name = "shuffle_1"
  ) |>
  layer_flatten(name = "flatten_1") |>
  layer_dense(units = 100, activation = "relu", name = "dense_1") |>
  layer_dense(units = 50, activation = "relu", name = "dense_2") |>
  layer_dense(units = 10, name = "classes")

summary(model)

model |> compile(
  optimizer = optimizer_sgd(learning_rate = 0.01, momentum = 0.9),
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
  batch_size = 64
)

model |> evaluate(test$x, test$y)
