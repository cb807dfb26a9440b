/** The permutation of `nodes/random.ts`: same length and seed, same order. */
export const rPermutation: readonly string[] = [
  "# 32-bit arithmetic on R's numbers, which hold whole numbers up to 2^53: the same",
  "# random numbers (mulberry32) come out in every language.",
  "low <- 2^16",
  "xor32 <- function(a, b) {",
  "  bitwXor(a %/% low, b %/% low) * low + bitwXor(a %% low, b %% low)",
  "}",
  "times32 <- function(a, b) {",
  "  ((a %/% low * b) %% low * low + a %% low * b) %% 2^32",
  "}",
  "",
  "# The numbers 0 to length - 1 in random order (Fisher-Yates).",
  "permutation <- function(length, seed) {",
  "  order <- seq_len(length) - 1L",
  "  state <- seed",
  "  for (last in rev(seq_len(length)[-1])) {",
  "    state <- (state + 0x6D2B79F5) %% 2^32",
  "    mixed <- times32(xor32(state, state %/% 2^15), state + 1 - state %% 2)",
  "    odd <- mixed - mixed %% 64 + bitwOr(mixed %% 64, 61)",
  "    mixed <- xor32(mixed, (mixed + times32(xor32(mixed, mixed %/% 2^7), odd)) %% 2^32)",
  "    mixed <- xor32(mixed, mixed %/% 2^14)",
  "    other <- floor(mixed / 2^32 * last) + 1",
  "    order[c(last, other)] <- order[c(other, last)]",
  "  }",
  "  order",
  "}",
];

/** The layer Keras lacks: the same seed moves the same pixels. */
export const rShufflePixels: readonly string[] = [
  ...rPermutation,
  "",
  "# What the layer does: every pixel moves to another place, one fixed order, the same",
  "# for all images. It calls Keras through Python, where axes and places count from 0.",
  ...moving("keras$ops$take", "keras$ops$reshape"),
];

export const rShufflePixelsLegacy: readonly string[] = [
  ...rPermutation,
  "",
  "# What the layer does: every pixel moves to another place, one fixed order, the same",
  "# for all images. It calls TensorFlow, where axes and places count from 0.",
  "tf <- tensorflow::tf",
  ...moving("tf$gather", "tf$reshape"),
];

function moving(take: string, reshape: string): readonly string[] {
  return [
    "shuffle_pixels <- function(shape, seed) {",
    "  order <- permutation(prod(head(shape, 2)), seed)",
    "  function(images) {",
    "    places <- as.integer(c(-1, length(order), tail(shape, -2)))",
    `    moved <- ${take}(${reshape}(images, places), order, axis = 1L)`,
    `    ${reshape}(moved, as.integer(c(-1, shape)))`,
    "  }",
    "}",
  ];
}
