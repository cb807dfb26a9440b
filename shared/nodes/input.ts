import { call, defineKind } from "./kind.ts";
import { sizes, whole } from "./settings.ts";
import { show } from "./shape.ts";

export const input = defineKind({
  name: "input",
  title: "Input",
  family: "input",
  summary: "The image, or the vector of numbers, that enters the network.",
  takes: "nothing",
  settings: {
    height: whole(28, "Height", "Rows of the image in pixels.", { max: 8192 }),
    width: whole(28, "Width", "Columns of the image in pixels.", { max: 8192 }),
    channels: whole(1, "Channels", "1 for grey images, 3 for red, green and blue.", { max: 4096 }),
    shape: sizes(
      [],
      [0, 1],
      "Vector length",
      "For tables instead of images: the number of columns. Leave empty for images.",
    ),
  },
  shape: ({ height, width, channels, shape: [units] }) => (units ? [units] : [height, width, channels]),
  notation: ({ height, width, channels, shape }) => show(shape.length ? shape : [height, width, channels]),
  calls: ({ height, width, channels, shape }) => {
    const whole = shape.length ? shape : [height, width, channels];
    return { tfjs: [call("input", { shape: whole })], keras: [call("Input", { shape: whole })] };
  },
});
