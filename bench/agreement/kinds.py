"""Every layer kind in plain PyTorch: one function each, written from the kinds' documented meaning and Keras 3's
documentation (keras.io/api/layers), not from the app's code.

Arrays inside are channels-first: an image is [examples, channels, height, width], a vector [examples, values]. Stored
weights come in Keras' axis order and are turned here. What follows Keras where PyTorch is used to something else:

- same padding is TensorFlow's: so many zeros that ceil(n / stride) windows fit, the odd one at the bottom and right;
- average pooling leaves cells in the padding out of the mean, max pooling never takes them;
- a transposed convolution gives n * stride with same padding, cut alike (the odd row at the bottom and right), and
  n * stride + max(kernel - stride, 0) with valid; where the kernel does not reach, only the bias is seen;
- bilinear upsampling puts pixel centres at half coordinates and repeats the border;
- batch norm and layer norm add epsilon to the variance under the root; layer norm runs over the last axis, that is the
  channels of one pixel; batch norm's variance divides by the number of values, also for the moving average;
- flatten and reshape keep the channels-last order of values;
- GELU is the exact one with erf, leaky ReLU has a slope of 0.2, ELU an alpha of 1;
- convolutions are cross-correlations: a given kernel lies on the image as it is written, without a flip;
- merges repeat an axis of size 1 (NumPy's broadcasting).
"""
import math

import torch
import torch.nn.functional as F


def first(layer, *inputs):
    return inputs[0]


# Windows


def same_padding(length, window, stride):
    total = max((math.ceil(length / stride) - 1) * stride + window - length, 0)
    return total // 2, total - total // 2


def padded(layer, x, window, stride, filling=0.0):
    """x with the cells around it that the padding setting asks for."""
    if layer["padding"] == "valid":
        return x
    top, bottom = same_padding(x.shape[2], window[0], stride[0])
    left, right = same_padding(x.shape[3], window[1], stride[1])
    return F.pad(x, (left, right, top, bottom), value=filling)


PRESETS = {
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "laplace": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "sobelHorizontal": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    "sobelVertical": [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
    "prewittHorizontal": [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
    "prewittVertical": [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
}


def given_cells(weights, height, width):
    """The given kernel of one channel as [height, width]."""
    if isinstance(weights, list):
        return torch.tensor(weights, dtype=torch.get_default_dtype()).reshape(height, width)
    if weights == "identity":
        cells = torch.zeros(height, width)
        cells[height // 2, width // 2] = 1
        return cells
    if weights == "boxBlur":
        return torch.full((height, width), 1 / (height * width))
    if weights == "gaussian":
        rows, columns = ([math.comb(n - 1, k) / 2 ** (n - 1) for k in range(n)] for n in (height, width))
        return torch.outer(torch.tensor(rows), torch.tensor(columns))
    return torch.tensor(PRESETS[weights], dtype=torch.get_default_dtype())


def check_given(layer, kernel, height, width, channels, filters):
    """A kernel that is given must start as given: [..., height, width, channels, filters]."""
    if layer["weights"] == "learned":
        return
    cells = given_cells(layer["weights"], height, width)[:, :, None, None].expand(height, width, channels, filters)
    if layer["across"] == "channel":
        own = torch.tensor([[f % channels == c for f in range(filters)] for c in range(channels)])
        cells = cells * own
    layer.expect(torch.allclose(kernel, cells.expand_as(kernel), atol=1e-6), "the given kernel is not as given")


def bias_of(layer, *shape):
    return layer.learned("bias", *shape) if layer["bias"] else torch.zeros(shape)


def over_image(bias):
    return bias[None, :, None, None]


# Convolutions


def conv2d(layer, x):
    (height, width), stride, dilation = layer.pair("kernel"), layer.pair("stride"), layer.pair("dilation")
    channels, filters = x.shape[1], layer["filters"]
    kernel = layer.learned("kernel", height, width, channels, filters)
    check_given(layer, kernel, height, width, channels, filters)
    bias = bias_of(layer, filters)
    spanned = [(size - 1) * gap + 1 for size, gap in zip((height, width), dilation)]
    x = padded(layer, x, spanned, stride)
    return activated(layer, F.conv2d(x, kernel.permute(3, 2, 0, 1).contiguous(), bias, stride=stride, dilation=dilation))


def locally_connected2d(layer, x):
    (height, width), stride, filters = layer.pair("kernel"), layer.pair("stride"), layer["filters"]
    channels = x.shape[1]
    x = padded(layer, x, (height, width), stride)
    # [examples, channels, rows, columns, height, width]: every window.
    windows = x.unfold(2, height, stride[0]).unfold(3, width, stride[1])
    rows, columns = windows.shape[2:4]
    kernel = layer.learned("kernel", rows, columns, height, width, channels, filters)
    check_given(layer, kernel, height, width, channels, filters)
    bias = bias_of(layer, rows, columns, filters)
    return activated(layer, torch.einsum("ncijhw,ijhwcf->nfij", windows, kernel) + bias.permute(2, 0, 1))


def depthwise(layer, x, name):
    """Output channel c * multiplier + m is input channel c under its kernel m."""
    (height, width), stride, multiplier = layer.pair("kernel"), layer.pair("stride"), layer["multiplier"]
    channels = x.shape[1]
    kernel = layer.learned(name, height, width, channels, multiplier)
    each = kernel.permute(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
    return F.conv2d(padded(layer, x, (height, width), stride), each, stride=stride, groups=channels)


def depthwise_conv2d(layer, x):
    maps = depthwise(layer, x, "kernel")
    return activated(layer, maps + over_image(bias_of(layer, maps.shape[1])))


def separable_conv2d(layer, x):
    maps = depthwise(layer, x, "depthwise_kernel")
    mixing = layer.learned("pointwise_kernel", 1, 1, maps.shape[1], layer["filters"])
    return activated(layer, F.conv2d(maps, mixing.permute(3, 2, 0, 1).contiguous(), bias_of(layer, layer["filters"])))


def conv2d_transpose(layer, x):
    size, stride, filters = layer.pair("kernel"), layer.pair("stride"), layer["filters"]
    kernel = layer.learned("kernel", *size, filters, x.shape[1])
    bias = bias_of(layer, filters)
    painted = F.conv_transpose2d(x, kernel.permute(3, 2, 0, 1).contiguous(), stride=stride)
    for axis in (0, 1):
        excess = max(size[axis] - stride[axis], 0)
        wanted = x.shape[2 + axis] * stride[axis] + (excess if layer["padding"] == "valid" else 0)
        before = excess // 2 if layer["padding"] == "same" else 0
        painted = resized(painted, 2 + axis, before, wanted)
    return activated(layer, painted + over_image(bias))


def resized(x, axis, before, wanted):
    """Along one axis: `wanted` cells from `before` on, zeros where x has ended."""
    lacking = max(before + wanted - x.shape[axis], 0)
    if lacking:
        shape = list(x.shape)
        shape[axis] = lacking
        x = torch.cat([x, torch.zeros(shape, dtype=x.dtype)], axis)
    return x.narrow(axis, before, wanted)


# Pooling


def max_pool2d(layer, x):
    size, stride = layer.pair("size"), layer.pair("stride")
    return F.max_pool2d(padded(layer, x, size, stride, filling=-math.inf), size, stride)


def avg_pool2d(layer, x):
    size, stride = layer.pair("size"), layer.pair("stride")
    means = F.avg_pool2d(padded(layer, x, size, stride), size, stride)
    inside = F.avg_pool2d(padded(layer, torch.ones_like(x), size, stride), size, stride)
    return means / inside


def global_max_pool2d(layer, x):
    return x.amax(dim=(2, 3))


def global_avg_pool2d(layer, x):
    return x.mean(dim=(2, 3))


# Vectors


def channels_last(x):
    return x.permute(0, 2, 3, 1) if x.dim() == 4 else x


def channels_first(x):
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x


def flatten(layer, x):
    return channels_last(x).flatten(1)


def reshape(layer, x):
    return channels_first(channels_last(x).reshape(x.shape[0], *layer["target"]))


def dense(layer, x):
    kernel = layer.learned("kernel", x.shape[1], layer["units"])
    return activated(layer, x @ kernel + bias_of(layer, layer["units"]))


# Merges


def add(layer, *inputs):
    return sum(inputs[1:], inputs[0])


def average(layer, *inputs):
    return add(layer, *inputs) / len(inputs)


def multiply(layer, *inputs):
    product = inputs[0]
    for it in inputs[1:]:
        product = product * it
    return product


def maximum(layer, *inputs):
    largest = inputs[0]
    for it in inputs[1:]:
        largest = torch.maximum(largest, it)
    return largest


def concat(layer, *inputs):
    return torch.cat(inputs, 1)


# Other shapes


def upsample2d(layer, x):
    down, right = layer.pair("size")
    if layer["interpolation"] == "nearest":
        return x.repeat_interleave(down, 2).repeat_interleave(right, 3)
    return F.interpolate(x, scale_factor=(down, right), mode="bilinear", align_corners=False)


def sides(layer):
    amount = layer["amount"]
    return amount if isinstance(amount, list) else [amount] * 4


def zero_pad2d(layer, x):
    top, bottom, left, right = sides(layer)
    return F.pad(x, (left, right, top, bottom))


def crop2d(layer, x):
    top, bottom, left, right = sides(layer)
    return x[:, :, top : x.shape[2] - bottom, left : x.shape[3] - right]


def rescale(layer, x):
    return x * layer["scale"] + layer["offset"]


def mulberry32(seed):
    """Tommy Ettinger's generator: numbers in [0, 1)."""
    state = seed & 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        mixed = ((state ^ (state >> 15)) * (state | 1)) & 0xFFFFFFFF
        mixed ^= (mixed + (((mixed ^ (mixed >> 7)) * (mixed | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        yield (mixed ^ (mixed >> 14)) / 2**32


def shuffle_pixels(layer, x):
    """Place p, counted row by row, shows the pixel that stood at place order[p] (Fisher-Yates from the end)."""
    places = x.flatten(2) if x.dim() == 4 else x
    order, chance = list(range(places.shape[-1])), mulberry32(layer["seed"])
    for last in range(len(order) - 1, 0, -1):
        other = int(next(chance) * (last + 1))
        order[last], order[other] = order[other], order[last]
    return places[..., order].reshape(x.shape)


# Normalisation


def scale_and_shift(layer, channels):
    gamma = layer.learned("gamma", channels) if layer["scale"] else torch.ones(channels)
    beta = layer.learned("beta", channels) if layer["center"] else torch.zeros(channels)
    return gamma, beta


def batch_norm(layer, x):
    channels = x.shape[1]
    gamma, beta = scale_and_shift(layer, channels)
    mean, variance = layer.state("moving_mean", channels), layer.state("moving_variance", channels)
    if layer.training and layer["trainable"]:
        values = x.detach().transpose(0, 1).flatten(1)
        slow = layer["momentum"]
        layer.move("moving_mean", mean * slow + values.mean(1) * (1 - slow))
        layer.move("moving_variance", variance * slow + values.var(1, unbiased=False) * (1 - slow))
        return F.batch_norm(x, None, None, gamma, beta, training=True, eps=layer["epsilon"])
    return F.batch_norm(x, mean, variance, gamma, beta, training=False, eps=layer["epsilon"])


def layer_norm(layer, x):
    last = channels_last(x)
    gamma, beta = scale_and_shift(layer, last.shape[-1])
    return channels_first(F.layer_norm(last, last.shape[-1:], gamma, beta, layer["epsilon"]))


# Activations: softmax runs over the channels of each pixel, Keras' last axis.

ACTIVATIONS = {
    "relu": F.relu,
    "leakyRelu": lambda x: F.leaky_relu(x, 0.2),
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "swish": F.silu,
    "softplus": F.softplus,
    "softmax": lambda x: F.softmax(x, 1),
    "linear": lambda x: x,
}


def activated(layer, x, setting="activation"):
    # The loss is computed from logits, so a last softmax is left out where the design learns.
    if layer.gives_logits and layer[setting] == "softmax":
        return x
    return ACTIVATIONS[layer[setting]](x)


def activation(layer, x):
    return activated(layer, x, "function")


KINDS = {
    "conv2d": conv2d,
    "locallyConnected2d": locally_connected2d,
    "depthwiseConv2d": depthwise_conv2d,
    "separableConv2d": separable_conv2d,
    "conv2dTranspose": conv2d_transpose,
    "maxPool2d": max_pool2d,
    "avgPool2d": avg_pool2d,
    "globalMaxPool2d": global_max_pool2d,
    "globalAvgPool2d": global_avg_pool2d,
    "flatten": flatten,
    "dense": dense,
    "add": add,
    "average": average,
    "multiply": multiply,
    "maximum": maximum,
    "concat": concat,
    "upsample2d": upsample2d,
    "zeroPad2d": zero_pad2d,
    "crop2d": crop2d,
    "reshape": reshape,
    "rescale": rescale,
    "shufflePixels": shuffle_pixels,
    "activation": activation,
    # Outside training these do nothing, and where designs learn their rate is 0.
    "dropout": first,
    "spatialDropout2d": first,
    "gaussianNoise": first,
    "batchNorm": batch_norm,
    "layerNorm": layer_norm,
}
