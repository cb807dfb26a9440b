import { optimizerConstants, type Recipe } from "../../train/recipe.ts";
import { bracketed, laidOut, pythonLayout } from "../layout.ts";

/** The examples in batches. */
export const batches = ({ batch, validation }: Recipe): readonly string[] => [
  "def batches(images, labels, shuffle=False):",
  "    examples = TensorDataset(torch.tensor(images), torch.tensor(labels).long())",
  `    return DataLoader(examples, batch_size=${batch}, shuffle=shuffle)`,
  "",
  "",
  ...(validation > 0
    ? [
        "# The last training examples only measure.",
        `split = max(1, int(len(train_images) * (1 - ${validation})))`,
        "train_batches = batches(train_images[:split], train_labels[:split], shuffle=True)",
        "validation_batches = batches(train_images[split:], train_labels[split:])",
      ]
    : ["train_batches = batches(train_images, train_labels, shuffle=True)"]),
  "test_batches = batches(test_images, test_labels)",
];

export const lossLines = (softmax: boolean): readonly string[] => [
  ...(softmax
    ? ["# The loss applies the design's last softmax itself: the network gives what enters it."]
    : []),
  "loss_of = nn.CrossEntropyLoss()",
];

/** The recipe's optimizer with all constants, since frameworks differ in their defaults. */
export function optimizerLine({ optimizer: { name, rate } }: Recipe): string {
  const { momentum, rmsprop, adam } = optimizerConstants;
  const args = {
    sgd: [],
    momentum: [`momentum=${momentum.momentum}`],
    rmsprop: [`alpha=${rmsprop.decay}`, `eps=${rmsprop.epsilon}`],
    adam: [`betas=(${adam.beta1}, ${adam.beta2})`, `eps=${adam.epsilon}`],
  }[name];
  const fn = { sgd: "SGD", momentum: "SGD", rmsprop: "RMSprop", adam: "Adam" }[name];
  const made = bracketed(`torch.optim.${fn}(`, ["model.parameters()", `lr=${rate}`, ...args], ")");
  return `optimizer = ${laidOut(made, pythonLayout, "optimizer = ".length)}`;
}

export const evaluate: readonly string[] = [
  "@torch.no_grad()",
  "def evaluate(batches):",
  '    """Mean loss and share of right answers."""',
  "    model.eval()",
  "    loss, right = 0.0, 0",
  "    for images, labels in batches:",
  "        images, labels = images.to(device), labels.to(device)",
  "        logits = model(images)",
  "        loss += loss_of(logits, labels).item() * len(labels)",
  "        right += (logits.argmax(dim=1) == labels).sum().item()",
  "    count = len(batches.dataset)",
  "    return loss / count, right / count",
];

export const predict: readonly string[] = [
  "@torch.no_grad()",
  "def predict(images):",
  '    """Each class\'s probability for images as they come from the data."""',
  "    model.eval()",
  "    return F.softmax(model(torch.tensor(images).to(device)), dim=1).cpu()",
];

/** Weights that lie beside the program are taken instead of fresh ones. */
export const loading: readonly string[] = [
  'weights = Path(__file__).with_name("weights.safetensors")',
  "if weights.exists():",
  "    model.load_state_dict(read_safetensors(weights))",
  "    test_loss, test_accuracy = evaluate(test_batches)",
  '    print(f"{weights.name}: test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")',
  "else:",
  '    print(f"There is no {weights.name}: the weights are fresh.")',
];

/** The recipe's loop; `pairs` where a batch norm cannot learn from a last batch of one example. */
export function trainingLoop(
  { epochs, validation, earlyStopping }: Recipe,
  pairs: boolean,
): readonly string[] {
  const measured = validation > 0 ? "validation_loss" : "train_loss";
  return [
    ...(earlyStopping.on ? ["best_loss, best_epoch, best_weights = math.inf, 0, None"] : []),
    `for epoch in range(1, ${epochs + 1}):`,
    "    model.train()",
    "    train_loss = 0.0",
    "    for images, labels in train_batches:",
    ...(pairs
      ? ["        if len(labels) == 1:", "            continue  # One vector has no variance for batch norm."]
      : []),
    "        images, labels = images.to(device), labels.to(device)",
    "        loss = loss_of(model(images), labels)",
    "        optimizer.zero_grad()",
    "        loss.backward()",
    "        optimizer.step()",
    "        train_loss += loss.item() * len(labels) / len(train_batches.dataset)",
    ...(validation > 0
      ? [
          "    validation_loss, validation_accuracy = evaluate(validation_batches)",
          "    print(",
          '        f"Epoch {epoch}: loss {train_loss:.4f}, validation loss {validation_loss:.4f},"',
          '        f" accuracy {validation_accuracy:.3f}"',
          "    )",
        ]
      : ['    print(f"Epoch {epoch}: loss {train_loss:.4f}")']),
    ...(earlyStopping.on
      ? [
          `    if ${measured} < best_loss:`,
          `        best_loss, best_epoch = ${measured}, epoch`,
          "        best_weights = copy.deepcopy(model.state_dict())",
          `    elif epoch - best_epoch >= ${earlyStopping.patience}:`,
          "        break",
          "",
          "if best_weights is not None:",
          "    model.load_state_dict(best_weights)",
        ]
      : []),
  ];
}

export const testing = (softmax: boolean): readonly string[] => [
  "test_loss, test_accuracy = evaluate(test_batches)",
  'print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")',
  ...(softmax ? ['print("First predictions:", predict(test_images[:10]).argmax(dim=1).tolist())'] : []),
];
