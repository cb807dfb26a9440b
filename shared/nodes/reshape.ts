import { call, defineKind, refuse } from "./kind.ts";
import { sizes } from "./settings.ts";
import { show, volume } from "./shape.ts";

// The values keep their order: row by row, within a pixel channel by channel.
export const reshape = defineKind({
  name: "reshape",
  title: "Reshape",
  family: "shape",
  summary:
    "Lays the same values out in another shape: a vector becomes an image, or an image one of other sides.",
  takes: "any",
  settings: {
    target: sizes(
      [28, 28, 1],
      [1, 3],
      "Target",
      "[height, width, channels] for an image, [n] for a vector; as many values as come in.",
    ),
  },
  shape({ target }, [shape]) {
    const count = volume(shape);
    if (volume(target) === count) return target;
    const [height = 1, width = 1] = target;
    const channels = count / (height * width);
    return refuse(
      "settings-clash",
      `${show(shape)} holds ${count} values, ${show(target)} would need ${volume(target)}.`,
      [
        ...(target.length === 3 && Number.isInteger(channels)
          ? [
              {
                title: `Set the target to ${show([height, width, channels])}`,
                set: { target: [height, width, channels] },
              },
            ]
          : []),
        { title: `Set the target to ${count}`, set: { target: [count] } },
      ],
    );
  },
  // Which value lands where follows no window: behind it anything may come from anywhere.
  sight: () => "everything",
  notation: ({ target }) => show(target),
  calls: ({ target }) => ({
    tfjs: [call("reshape", { targetShape: target })],
    keras: [call("Reshape", { target_shape: target })],
  }),
});
