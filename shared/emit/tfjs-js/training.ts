import { optimizerConstants, type Recipe } from "../../train/recipe.ts";

/** The recipe's optimizer with all constants, since frameworks differ in their defaults. */
function optimizer({ optimizer: { name, rate } }: Recipe): string {
  const { momentum, rmsprop, adam } = optimizerConstants;
  switch (name) {
    case "sgd":
      return `tf.train.sgd(${rate})`;
    case "momentum":
      return `tf.train.momentum(${rate}, ${momentum.momentum})`;
    case "rmsprop":
      return `tf.train.rmsprop(${rate}, ${rmsprop.decay}, 0, ${rmsprop.epsilon})`;
    case "adam":
      return `tf.train.adam(${rate}, ${adam.beta1}, ${adam.beta2}, ${adam.epsilon})`;
  }
}

export const compiled = (recipe: Recipe, softmax: boolean): readonly string[] => [
  ...(softmax ? ["// The loss applies the last softmax itself: the model gives what enters it."] : []),
  "model.compile({",
  `  optimizer: ${optimizer(recipe)},`,
  "  loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),",
  '  metrics: ["accuracy"],',
  "});",
];

export const evaluate = ({ batch }: Recipe): readonly string[] => [
  "/** Mean loss and share of right answers. */",
  "async function evaluate({ x, y }) {",
  `  const measured = model.evaluate(x, y, { batchSize: ${batch} });`,
  "  const values = measured.map((it) => it.data());",
  "  const [[loss], [accuracy]] = await Promise.all(values);",
  "  tf.dispose(measured);",
  "  return { loss, accuracy };",
  "}",
];

/** `local` where a layer of the program stands as other layers in an exported model. */
export const loading = (local: boolean): readonly string[] => [
  'const saved = await read("model.json");',
  "if (saved) {",
  "  const [{ paths, weights }] = JSON.parse(",
  "    new TextDecoder().decode(saved),",
  "  ).weightsManifest;",
  "  const stored = tf.io.decodeWeights((await read(paths[0])).buffer, weights);",
  "  for (const layer of model.layers.filter((it) => it.weights.length > 0)) {",
  ...(local
    ? ["    layer.setWeights(storedFor(layer, stored));"]
    : [
        "    const names = Object.keys(stored).filter((it) =>",
        `      it.startsWith(\`\${layer.name}/\`),`,
        "    );",
        "    layer.setWeights(names.map((it) => stored[it]));",
      ]),
  "  }",
  "  const { loss, accuracy } = await evaluate(test);",
  `  console.log(\`model.json: test \${shown(loss, accuracy)}\`);`,
  "} else {",
  '  console.log("There is no model.json: the weights are fresh.");',
  "}",
];

export const storedFor: readonly string[] = [
  "/** What the file holds for a layer. */",
  "function storedFor(layer, stored) {",
  "  const names = Object.keys(stored);",
  "  if (!(layer instanceof LocallyConnected2D)) {",
  `    const own = names.filter((it) => it.startsWith(\`\${layer.name}/\`));`,
  "    return own.map((it) => stored[it]);",
  "  }",
  "  // An exported model has other layers in its place, with the same numbers.",
  '  const [id] = layer.name.split(".");',
  `  const kernel = \`\${id}.depthwiseConv2d/depthwise_kernel\`;`,
  `  const isBias = (it) => it.startsWith(\`\${id}.\`) && it.endsWith("/bias");`,
  "  const tensors = [kernel, ...names.filter(isBias)].map((it) => stored[it]);",
  "  return tensors.map((it, index) => it.reshape(layer.weights[index].shape));",
  "}",
];

export const shown: readonly string[] = [
  "const shown = (loss, accuracy) =>",
  `  \`accuracy \${accuracy.toFixed(3)}, loss \${loss.toFixed(3)}\`;`,
];

/** The recipe's loop: the order of the examples follows from seed and epoch. */
export function trainingLoop({ epochs, batch, validation, seed, earlyStopping }: Recipe): readonly string[] {
  const measured = validation > 0 ? "validation.loss" : "trainLoss";
  const set = validation > 0 ? "learned" : "train";
  return [
    ...(validation > 0
      ? [
          "// The last training examples only measure.",
          "const count = train.x.shape[0];",
          `const split = Math.max(1, Math.floor(count * (1 - ${validation})));`,
          "const learned = part(train, 0, split);",
          "const measured = part(train, split, count - split);",
          "",
        ]
      : []),
    ...(earlyStopping.on ? ["let best = { loss: Infinity, epoch: 0, weights: [] };"] : []),
    `for (let epoch = 1; epoch <= ${epochs}; epoch++) {`,
    `  const order = permutation(${set}.x.shape[0], ${1000 * (seed % 2e6)} + epoch);`,
    "  let trainLoss = 0;",
    `  for (let start = 0; start < order.length; start += ${batch}) {`,
    `    const batch = order.slice(start, start + ${batch});`,
    `    const [x, y] = [${set}.x.gather(batch), ${set}.y.gather(batch)];`,
    "    const [loss] = await model.trainOnBatch(x, y);",
    "    trainLoss += (loss * batch.length) / order.length;",
    "    tf.dispose([x, y]);",
    "  }",
    ...(validation > 0
      ? [
          "  const validation = await evaluate(measured);",
          "  console.log(",
          `    \`Epoch \${epoch}: loss \${trainLoss.toFixed(4)}, validation\`,`,
          "    shown(validation.loss, validation.accuracy),",
          "  );",
        ]
      : [`  console.log(\`Epoch \${epoch}: loss \${trainLoss.toFixed(4)}\`);`]),
    ...(earlyStopping.on
      ? [
          `  if (${measured} < best.loss) {`,
          "    tf.dispose(best.weights);",
          "    const weights = model.getWeights().map((it) => it.clone());",
          `    best = { loss: ${measured}, epoch, weights };`,
          `  } else if (epoch - best.epoch >= ${earlyStopping.patience}) {`,
          "    break;",
          "  }",
        ]
      : []),
    "}",
    ...(earlyStopping.on ? ["if (best.epoch > 0) model.setWeights(best.weights);"] : []),
  ];
}

export const testing: readonly string[] = [
  "const { loss, accuracy } = await evaluate(test);",
  `console.log(\`Test \${shown(loss, accuracy)}\`);`,
];
