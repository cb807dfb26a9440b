/**
 * The initialiser of a given kernel: keras3 takes a function of the shape. R's arrays count their first axis fastest and
 * repeat what is too short, so that height and width come first and the positions of a locally connected layer last.
 */
export const rStencil = stencil("op_convert_to_tensor(aperm(everywhere, order), dtype = dtype)");

/** In Keras 2 the type may come as TensorFlow's own. */
export const rStencilLegacy = stencil("k_constant(aperm(everywhere, order))");

function stencil(result: string): readonly string[] {
  return [
    "# Starts all kernels of a layer as one given kernel, laid on the image unflipped.",
    '# "sum": every filter applies it to each channel and adds up.',
    '# "channel": filter 1 sees channel 1 alone, filter 2 channel 2, and so on.',
    'stencil <- function(cells, across = "sum") {',
    '  function(shape, dtype = "float32", ...) {',
    "    shape <- as.integer(unlist(shape))",
    "    size <- tail(shape, 4) # height, width, channels, filters",
    "    positions <- head(shape, -4) # those of a locally connected layer",
    "    kernels <- array(cells, size)",
    '    if (across == "channel") {',
    "      channel <- slice.index(kernels, 3) - 1",
    "      filter <- slice.index(kernels, 4) - 1",
    "      kernels[filter %% size[3] != channel] <- 0",
    "    }",
    "    everywhere <- array(kernels, c(size, positions))",
    "    order <- c(seq_along(positions) + 4, 1:4)",
    `    ${result}`,
    "  }",
    "}",
  ];
}
