# Flowers – drawn with Receptive
#
# 4 → 3: 131 parameters; 112 multiply-adds per example.
#
# It takes the weights of weights.npz if that lies beside it, else fresh ones.
# Needs R 4.1 and once: install.packages("keras3"); keras3::install_keras()

library(keras3)

set_random_seed(1)

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

# The table: one row for each example, and a column of classes.
table <- "iris.csv"
if (!file.exists(table)) stop("There is no ", table, ": correct the line table <- …")
text <- sub("^\ufeff", "", readLines(table, encoding = "UTF-8", warn = FALSE))
first <- gsub('"[^"]*"?', "", text[trimws(text) != ""][1])
delimiter <- if (grepl("\t", first)) "\t" else if (grepl(";", first)) ";" else ","
rows <- as.matrix(read.csv(
  text = text, sep = delimiter, header = FALSE, quote = '"', fill = FALSE,
  colClasses = "character", na.strings = character(), strip.white = TRUE
))
rows <- trimws(rows[rowSums(trimws(rows) != "") > 0, , drop = FALSE])

# The number in a cell; a decimal comma counts unless commas part the cells.
number <- function(cells) {
  written <- if (delimiter == ",") cells else sub(",", ".", cells, fixed = TRUE)
  digits <- "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"
  ifelse(grepl(digits, written), suppressWarnings(as.numeric(written)), NA)
}
is_missing <- function(cells) {
  tolower(cells) %in% c("", "?", "na", "n/a", "nan", "null")
}

# Is the first row a header? Its words stand over numbers, or it names the classes.
label_names <- c("label", "labels", "class", "target", "species", "category")
head <- rows[1, ]
body <- rows[-1, , drop = FALSE]
numeric <- apply(body, 2, function(cells) {
  !all(is_missing(cells)) && all(is_missing(cells) | !is.na(number(cells)))
})
words <- is.na(number(head))
has_header <- any(tolower(head) %in% label_names) || all(words) ||
  any(numeric & words & !is_missing(head))
if (has_header) rows <- body
names <- if (has_header) tolower(head) else rep("", length(head))

# Empty columns are left out, and those that only count the rows.
used <- which(!apply(rows, 2, function(cells) all(is_missing(cells))))
named <- unlist(lapply(label_names, function(name) used[names[used] == name]))
label <- if (length(named) > 0) named[1] else tail(used, 1)
counts_rows <- function(i) {
  from_0 <- number(rows[, i]) - seq_len(nrow(rows)) + 1
  !anyNA(from_0) && (all(from_0 == 0) || all(from_0 == 1))
}
features <- Filter(function(i) i != label && !counts_rows(i), used)

# Rows with a missing cell are left out; the others are shuffled, 15 % of them test.
missing <- apply(rows[, c(features, label), drop = FALSE], 1, function(it) any(is_missing(it)))
rows <- rows[!missing, , drop = FALSE]
rows <- rows[permutation(nrow(rows), 1) + 1, , drop = FALSE]
kept <- seq_len((nrow(rows) * 85) %/% 100)

# Numbers with mean 0 and deviation 1 in the training part, texts one by one.
inputs <- function(i) {
  cells <- rows[, i]
  values <- number(cells)
  if (anyNA(values)) return(outer(cells, sort(unique(cells), method = "radix"), "==") + 0)
  learned <- values[kept]
  if (all(learned == learned[1])) return(cbind(0 * values))
  cbind((values - mean(learned)) / sqrt(mean((learned - mean(learned))^2)))
}
values <- do.call(cbind, lapply(features, inputs))
labels <- rows[, label]
if (!anyNA(number(labels))) labels <- number(labels)
labels <- match(labels, sort(unique(labels), method = "radix")) - 1
train <- list(x = values[kept, , drop = FALSE], y = labels[kept])
test <- list(x = values[-kept, , drop = FALSE], y = labels[-kept])

model <- keras_model_sequential(input_shape = c(4), input_name = "sizes") |>
  layer_dense(units = 16, activation = "tanh", name = "dense_1") |>
  layer_dense(units = 3, activation = "softmax", name = "species")

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
  epochs = 40,
  batch_size = 16,
  validation_split = 0.1
)

model |> evaluate(test$x, test$y)
