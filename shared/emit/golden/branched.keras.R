# Two paths, one “sum” – drawn with Receptive
#
# 28×28×1 → 10: 236 parameters, 148 of them trainable; 75,354 multiply-adds per image.
#
# It takes the weights of weights.npz if that lies beside it, else fresh ones.
# Needs once: install.packages("keras"); keras::install_keras()

library(keras)

tensorflow::set_random_seed(42)

# Receptive draws its digits itself; MNIST holds their real counterparts.
# The first run downloads it (11 MB).
mnist <- dataset_mnist()
train <- mnist$train
test <- mnist$test
train$x <- array_reshape(train$x / 255, c(-1, 28, 28, 1))
test$x <- array_reshape(test$x / 255, c(-1, 28, 28, 1))

image <- layer_input(shape = c(28, 28, 1), name = "image")
near <- image %>% layer_conv_2d(
  filters = 8,
  kernel_size = c(3, 1),
  padding = "same",
  activation = function(x) tensorflow::tf$nn$leaky_relu(x, 0.2),
  name = "near"
)
far <- image %>% layer_conv_2d(
  filters = 8,
  kernel_size = c(3, 3),
  padding = "same",
  use_bias = FALSE,
  trainable = FALSE,
  dilation_rate = c(2, 2),
  name = "far"
)
lambda <- far %>% layer_batch_normalization(
  momentum = 0.99,
  epsilon = 0.001,
  name = "lambda"
)
sum <- layer_add(list(near, lambda), name = "sum")
both <- layer_concatenate(list(sum, image), name = "both")
pool_1 <- both %>% layer_average_pooling_2d(
  pool_size = c(3, 3),
  strides = c(2, 2),
  padding = "same",
  name = "pool_1"
)
swish_1 <- pool_1 %>% layer_activation(activation = "swish", name = "swish_1")
everywhere <- swish_1 %>% layer_global_average_pooling_2d(name = "everywhere")
dropout_1 <- everywhere %>% layer_dropout(rate = 0.25, name = "dropout_1")
classes <- dropout_1 %>% layer_dense(units = 10, name = "classes")
model <- keras_model(inputs = image, outputs = classes)

summary(model)

model %>% compile(
  optimizer = optimizer_rmsprop(
    learning_rate = 0.0005,
    rho = 0.9,
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
  validation_split = 0.1,
  callbacks = list(
    callback_early_stopping(
      monitor = "val_loss",
      patience = 3,
      restore_best_weights = TRUE
    )
  )
)

model %>% evaluate(test$x, test$y)
