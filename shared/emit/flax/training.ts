import type { Plan, Step } from "../../compile/plan.ts";
import { optimizerConstants, type Recipe } from "../../train/recipe.ts";
import { bracketed, laidOut, pythonLayout } from "../layout.ts";
import { pythonLiteral } from "../python/literal.ts";
import { torchNames } from "../pytorch/names.ts";
import { torchTensors } from "../pytorch/tensors.ts";

/** Reads a safetensors file into NumPy arrays. */
export const readSafetensors: readonly string[] = [
  "def read_safetensors(path):",
  '    """A safetensors file: length of the header, header in JSON, then the numbers."""',
  "    content = path.read_bytes()",
  '    start = 8 + int.from_bytes(content[:8], "little")',
  "    header = json.loads(content[8:start])",
  '    header.pop("__metadata__", None)',
  "    tensors = {}",
  "    for name, it in header.items():",
  '        first, end = it["data_offsets"]',
  '        values = np.frombuffer(content[start + first : start + end], dtype="<f4")',
  '        tensors[name] = values.reshape(it["shape"])',
  "    return tensors",
];

/** The axes of PyTorch's arrays in Flax's order, by how many there are. */
const orders = new Map([
  [1, [0]],
  [2, [1, 0]],
  [3, [1, 2, 0]],
  [4, [2, 3, 1, 0]],
  [6, [0, 1, 4, 5, 3, 2]],
]);

/** `load`, which puts the file's arrays into the model; only what this plan needs. */
export function load(plan: Plan): readonly string[] {
  const tensors = plan.steps.flatMap(torchTensors);
  const has = (name: string): boolean => tensors.some((it) => it.name === name);
  const ranks = [...new Set(tensors.map((it) => it.shape.length))].toSorted();
  const entries = ranks.map((rank) => `${rank}: ${pythonLiteral(orders.get(rank) ?? [])}`);
  const axes = laidOut(bracketed("axes = {", entries, "}"), {
    ...pythonLayout,
    width: pythonLayout.width - 4,
  });
  return [
    "def load(model, tensors):",
    '    """Puts arrays in their places, with PyTorch\'s axes in Flax\'s order."""',
    ...axes.split("\n").map((it) => `    ${it}`),
    "    for path, values in tensors.items():",
    '        *owners, name = path.split(".")',
    "        layer = reduce(getattr, owners, model)",
    '        if name == "weight":',
    '            name = "kernel" if hasattr(layer, "kernel") else "scale"',
    ...(has("running_mean")
      ? ['        name = {"running_mean": "mean", "running_var": "var"}.get(name, name)']
      : []),
    "        variable = getattr(layer, name)",
    "        variable[...] = jnp.array(values.transpose(axes[values.ndim]))",
  ];
}

/** The recipe's optimizer with all constants, since frameworks differ in their defaults. */
export function optimizerLines(plan: Plan, { optimizer: { name, rate } }: Recipe): readonly string[] {
  const { momentum, rmsprop, adam } = optimizerConstants;
  const args = {
    sgd: [],
    momentum: [`momentum=${momentum.momentum}`],
    rmsprop: [`decay=${rmsprop.decay}`, `eps=${rmsprop.epsilon}`],
    adam: [`b1=${adam.beta1}`, `b2=${adam.beta2}`, `eps=${adam.epsilon}`],
  }[name];
  const fn = name === "momentum" ? "sgd" : name;
  const rule = bracketed(`optax.${fn}(`, [String(rate), ...args], ")");
  const frozen = plan.steps.filter(isFrozen).map(({ node }) => torchNames(plan)(node.id));
  const learned = frozen.length ? "learned" : "nnx.Param";
  const made = bracketed("nnx.Optimizer(", ["model", rule, `wrt=${learned}`], ")");
  const paths = frozen.map((it) => `nnx.PathContains(${pythonLiteral(it)})`);
  const all = paths.length === 1 ? (paths[0] ?? "") : bracketed("nnx.Any(", paths, ")");
  return [
    ...(frozen.length
      ? [
          `# ${frozen.length === 1 ? "One layer stays" : "Some layers stay"} as ${frozen.length === 1 ? "it is" : "they are"}.`,
          `frozen = ${laidOut(all, pythonLayout, "frozen = ".length)}`,
          "learned = nnx.All(nnx.Param, nnx.Not(frozen))",
        ]
      : []),
    `optimizer = ${laidOut(made, pythonLayout, "optimizer = ".length)}`,
  ];
}

const isFrozen = ({ values, weights }: Step): boolean => weights.length > 0 && values.trainable === false;

export const lossOf = (softmax: boolean): readonly string[] => [
  "def loss_of(model, images, labels):",
  ...(softmax ? ["    # The loss applies the design's last softmax itself."] : []),
  "    logits = model(images)",
  "    losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels)",
  "    return losses.mean(), logits",
];

export const trainStep = (plan: Plan): readonly string[] => [
  "@nnx.jit",
  "def train_step(model, optimizer, images, labels):",
  ...(plan.steps.some(isFrozen)
    ? [
        "    slopes_of = nnx.value_and_grad(",
        "        loss_of, argnums=nnx.DiffState(0, learned), has_aux=True",
        "    )",
      ]
    : ["    slopes_of = nnx.value_and_grad(loss_of, has_aux=True)"]),
  "    (loss, _), slopes = slopes_of(model, images, labels)",
  "    optimizer.update(model, slopes)",
  "    return loss",
];

export const evaluate = ({ batch }: Recipe): readonly string[] => [
  "@nnx.jit",
  "def measure(model, images, labels):",
  "    loss, logits = loss_of(model, images, labels)",
  "    return loss, (logits.argmax(axis=-1) == labels).mean()",
  "",
  "",
  "def evaluate(model, images, labels):",
  '    """Mean loss and share of right answers."""',
  "    model.eval()",
  "    sums = np.zeros(2)",
  `    for start in range(0, len(images), ${batch}):`,
  `        batch = slice(start, start + ${batch})`,
  "        measured = measure(model, images[batch], labels[batch])",
  "        sums += np.array(measured) * len(labels[batch])",
  "    return sums / len(images)",
];

export const loading: readonly string[] = [
  'weights = Path(__file__).with_name("weights.safetensors")',
  "if weights.exists():",
  "    load(model, read_safetensors(weights))",
  "    test_loss, test_accuracy = evaluate(model, test_images, test_labels)",
  '    print(f"{weights.name}: test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")',
  "else:",
  '    print(f"There is no {weights.name}: the weights are fresh.")',
];

/** The recipe's loop: the order of the examples follows from seed and epoch. */
export function trainingLoop({ epochs, batch, validation, seed, earlyStopping }: Recipe): readonly string[] {
  const measured = validation > 0 ? "validation_loss" : "train_loss";
  return [
    ...(validation > 0
      ? [
          "# The last training examples only measure.",
          `split = max(1, int(len(train_images) * (1 - ${validation})))`,
          "validation_images, validation_labels = train_images[split:], train_labels[split:]",
          "train_images, train_labels = train_images[:split], train_labels[:split]",
          "",
        ]
      : []),
    ...(earlyStopping.on ? ["best_loss, best_epoch, best_model = np.inf, 0, model"] : []),
    `for epoch in range(1, ${epochs + 1}):`,
    "    model.train()",
    `    order = np.random.default_rng([${seed}, epoch]).permutation(len(train_images))`,
    "    train_loss = 0.0",
    `    for start in range(0, len(order), ${batch}):`,
    `        batch = order[start : start + ${batch}]`,
    "        loss = train_step(model, optimizer, train_images[batch], train_labels[batch])",
    "        train_loss += float(loss) * len(batch) / len(order)",
    ...(validation > 0
      ? [
          "    validation_loss, validation_accuracy = evaluate(",
          "        model, validation_images, validation_labels",
          "    )",
          "    print(",
          '        f"Epoch {epoch}: loss {train_loss:.4f}, validation loss {validation_loss:.4f},"',
          '        f" accuracy {validation_accuracy:.3f}"',
          "    )",
        ]
      : ['    print(f"Epoch {epoch}: loss {train_loss:.4f}")']),
    ...(earlyStopping.on
      ? [
          `    if ${measured} < best_loss:`,
          `        best_loss, best_epoch, best_model = ${measured}, epoch, nnx.clone(model)`,
          `    elif epoch - best_epoch >= ${earlyStopping.patience}:`,
          "        break",
          "",
          "model = best_model",
        ]
      : []),
  ];
}

export const testing: readonly string[] = [
  "test_loss, test_accuracy = evaluate(model, test_images, test_labels)",
  'print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")',
];
