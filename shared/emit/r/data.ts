import type { Shape } from "../../nodes/shape.ts";
import type { DataChoice } from "../../train/dataset.ts";
import { rLiteral } from "./literal.ts";
import { rTable } from "./table.ts";

/** Code that leaves `train` and `test`, lists of images `x` with pixels from 0 to 1, or of table rows, and class numbers `y` from 0. */
export function rData(data: DataChoice, image: Shape): readonly string[] {
  switch (data.source) {
    case "digits":
      return digits(image);
    case "stripes":
      return stripes(image);
    case "spirals":
      return spirals;
    case "table":
      return rTable(data.name);
    case "folder":
      return folder(data.name, image);
  }
}

// array_reshape counts row by row, as Keras does; R itself counts column by column.
const batchOf = (pixels: string, image: Shape): string =>
  `array_reshape(${pixels}, c(-1, ${image.join(", ")}))`;

const digits = (image: Shape): readonly string[] => [
  "# Receptive draws its digits itself; MNIST holds their real counterparts.",
  "# The first run downloads it (11 MB).",
  "mnist <- dataset_mnist()",
  "train <- mnist$train",
  "test <- mnist$test",
  `train$x <- ${batchOf("train$x / 255", image)}`,
  `test$x <- ${batchOf("test$x / 255", image)}`,
];

const stripes = (image: Shape): readonly string[] => [
  "# 50×50 images of ten bars, all vertical (class 0) or all horizontal (class 1).",
  "stripes <- function(count, seed) {",
  "  set.seed(seed)",
  "  x <- array(0, c(count, 50, 50))",
  "  y <- rep(c(0, 1), length.out = count)",
  "  for (image in seq_len(count)) {",
  "    for (bar in 1:10) {",
  "      start <- sample.int(50, 1)",
  "      across <- sample.int(50, 1)",
  "      # The bar ends before a place drawn from start to 50, so it may be empty.",
  "      painted <- start - 1 + seq_len(sample.int(51 - start, 1) - 1)",
  "      if (y[image] == 0) {",
  "        x[image, painted, across] <- 1",
  "      } else {",
  "        x[image, across, painted] <- 1",
  "      }",
  "    }",
  "  }",
  `  list(x = ${batchOf("x", image)}, y = y)`,
  "}",
  "",
  "train <- stripes(2000, seed = 1)",
  "test <- stripes(500, seed = 2)",
];

const spirals: readonly string[] = [
  "# Points x, y on three spiral arms, one class each.",
  "spirals <- function(count, seed) {",
  "  set.seed(seed)",
  "  y <- rep(0:2, length.out = count)",
  "  radius <- runif(count, 0.05, 1)",
  "  angle <- 2 * pi * (y / 3 + 0.75 * radius) + rnorm(count, sd = 0.12)",
  "  list(x = cbind(radius * cos(angle), radius * sin(angle)), y = y)",
  "}",
  "",
  "train <- spirals(1500, seed = 1)",
  "test <- spirals(300, seed = 2)",
];

const folder = (name: string, image: Shape): readonly string[] => [
  "# The folder with train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped or not,",
  "# and t10k-images… and t10k-labels… where there is a test set.",
  `folder <- ${rLiteral(name)}`,
  "",
  "# An IDX file: two zero bytes, type, rank, one big-endian size per axis, values.",
  "read_idx <- function(pattern) {",
  "  path <- list.files(folder, pattern, full.names = TRUE)[1]",
  '  file <- gzfile(path, "rb") # reads plain files too',
  "  on.exit(close(file))",
  '  rank <- readBin(file, "integer", 4, size = 1)[4]',
  '  shape <- readBin(file, "integer", rank, size = 4, endian = "big")',
  '  values <- readBin(file, "integer", prod(shape), size = 1, signed = FALSE)',
  "  list(values = values, count = shape[1])",
  "}",
  "",
  "read_pair <- function(prefix) {",
  '  images <- read_idx(paste0("^", prefix, "-images"))',
  '  labels <- read_idx(paste0("^", prefix, "-labels"))',
  `  list(x = ${batchOf("images$values / 255", image)}, y = labels$values)`,
  "}",
  "",
  "has_images <- function(prefix) {",
  '  length(list.files(folder, paste0("^", prefix, "-images"))) > 0',
  "}",
  "",
  'pairs <- Filter(has_images, c("train", "t10k"))',
  "if (length(pairs) == 0) {",
  '  stop("No IDX files in ", folder, ": correct the line folder <- …")',
  "}",
  "train <- read_pair(pairs[1])",
  "if (length(pairs) == 2) {",
  "  test <- read_pair(pairs[2])",
  "} else {",
  "  # Only one pair of files: its last 15 % become the test set.",
  "  kept <- seq_len((length(train$y) * 85) %/% 100)",
  `  test <- list(x = train$x[-kept, ${image.map(() => "").join(", ")}, drop = FALSE], y = train$y[-kept])`,
  `  train <- list(x = train$x[kept, ${image.map(() => "").join(", ")}, drop = FALSE], y = train$y[kept])`,
  "}",
];
