import type { Recipe } from "../../train/recipe.ts";
import { inOneLine } from "../keras-program.ts";
import { pythonLiteral } from "../python/literal.ts";

/** What the program for torchrun has beyond the one for a single process, section by section. */

export const commandLine = (title: string, { epochs }: Recipe): readonly string[] => [
  `parser = argparse.ArgumentParser(description=${pythonLiteral(inOneLine(title).replaceAll("%", "%%"))})`,
  `parser.add_argument("--epochs", type=int, default=${epochs}, help="passes over the data")`,
  "parser.add_argument(",
  '    "--accumulate", type=int, default=1, help="parts in which a process takes a batch"',
  ")",
  "options = parser.parse_args()",
];

/** One process per GPU, or as many on the CPU as torchrun was told to start. */
export const joining: readonly string[] = [
  'if "RANK" not in os.environ:',
  '    raise SystemExit(f"Start it with torchrun --nproc_per_node=2 {Path(__file__).name}")',
  "# torchrun tells each process its number, here and among all, and how many there are.",
  'rank, processes = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])',
  'local_rank = int(os.environ["LOCAL_RANK"])',
  "if torch.cuda.is_available():",
  '    device = torch.device("cuda", local_rank)',
  "    torch.cuda.set_device(device)",
  '    dist.init_process_group("nccl")',
  "else:",
  '    device = torch.device("cpu")',
  '    dist.init_process_group("gloo")',
  "",
  "",
  "def say(*words):",
  '    """Prints once, not once for each process."""',
  "    if rank == 0:",
  "        print(*words, flush=True)",
];

/** Processes of one machine must not download the same files at the same time. */
export const oneAfterTheOther = (lines: readonly string[]): readonly string[] => [
  "# The first process of a machine downloads what is missing; the others wait.",
  "if local_rank > 0:",
  "    dist.barrier()",
  ...lines,
  "if local_rank == 0:",
  "    dist.barrier()",
];

/** Each process gets its share of every batch and of what is measured. */
export const shares = ({ batch, validation, seed }: Recipe, learns: boolean): readonly string[] => [
  `# Together the processes take ${batch} examples a step.`,
  `batch_size = max(1, ${batch} // processes)`,
  "",
  "",
  "def examples(images, labels):",
  "    return TensorDataset(torch.tensor(images), torch.tensor(labels).long())",
  "",
  "",
  "def measured(images, labels):",
  '    """This process\'s share of examples that only measure, in batches."""',
  "    mine = range(rank, len(images), processes)",
  "    return DataLoader(Subset(examples(images, labels), mine), batch_size)",
  "",
  "",
  "test_batches = measured(test_images, test_labels)",
  ...(learns ? trainingShares(validation, seed) : []),
];

const trainingShares = (validation: number, seed: number): readonly string[] => [
  "",
  ...(validation > 0
    ? [
        "# The last training examples only measure.",
        `split = max(1, int(len(train_images) * (1 - ${validation})))`,
        "validation_batches = measured(train_images[split:], train_labels[split:])",
        "train_set = examples(train_images[:split], train_labels[:split])",
      ]
    : ["train_set = examples(train_images, train_labels)"]),
  "",
  "# Every epoch deals the examples anew, in the same way in every run.",
  `sampler = DistributedSampler(train_set, seed=${seed})`,
  "train_batches = DataLoader(train_set, batch_size, sampler=sampler)",
];

/** Batch norm over the processes' shares together: GPUs only. */
export const oneNorm: readonly string[] = [
  'if device.type == "cuda":',
  "    # Batch norm looks at the shares of all processes together; only GPUs can.",
  "    network = nn.SyncBatchNorm.convert_sync_batchnorm(network)",
];

/** The network as all processes train it, with the weights of the first. */
export const model: readonly string[] = [
  'devices = [local_rank] if device.type == "cuda" else None',
  "model = DistributedDataParallel(network, device_ids=devices)",
];

/** `averages` where a batch norm keeps its own in each process. */
export const evaluateTogether = (averages: boolean): readonly string[] => [
  "@torch.no_grad()",
  "def evaluate(batches):",
  '    """Mean loss and share of right answers, over all processes."""',
  ...(averages
    ? [
        "    # Each process's batch norm has averages of its own: those of the first count.",
        "    for buffer in network.buffers():",
        "        dist.broadcast(buffer, src=0)",
      ]
    : []),
  "    network.eval()",
  "    sums = torch.zeros(3, dtype=torch.float64, device=device)",
  "    for images, labels in batches:",
  "        images, labels = images.to(device), labels.to(device)",
  "        logits = network(images)",
  "        sums[0] += loss_of(logits, labels) * len(labels)",
  "        sums[1] += (logits.argmax(dim=1) == labels).sum()",
  "        sums[2] += len(labels)",
  "    dist.all_reduce(sums)",
  "    loss, right, count = sums.tolist()",
  "    return loss / count, right / count",
];

/** What the first process reads goes to all, so that several machines need no common disk. */
export const fromFirst: readonly string[] = [
  "def from_first(read):",
  '    """What the first process reads, for all: other machines may not have its files."""',
  "    found = [read() if rank == 0 else None]",
  "    dist.broadcast_object_list(found)",
  "    return found[0]",
];

/** `pairs` where a batch norm cannot learn from one example. */
export const learn = (pairs: boolean): readonly string[] => [
  "def learn(images, labels):",
  '    """One step from a batch, part by part to save memory; gives its mean loss."""',
  ...(pairs
    ? [
        "    # One vector has no variance for batch norm: it wants two in each part.",
        "    parts = min(options.accumulate, len(labels) // 2)",
        "    if parts == 0:",
        "        return 0.0",
      ]
    : ["    parts = min(options.accumulate, len(labels))"]),
  "    loss = 0.0",
  "    optimizer.zero_grad()",
  "    for part, (x, y) in enumerate(",
  "        zip(images.tensor_split(parts), labels.tensor_split(parts)), start=1",
  "    ):",
  "        # With the last part, the processes take the mean of their gradients.",
  "        with nullcontext() if part == parts else model.no_sync():",
  "            share = loss_of(model(x), y) * len(y) / len(labels)",
  "            share.backward()",
  "        loss += share.item()",
  "    optimizer.step()",
  "    return loss",
];

/** `random` where layers draw numbers while training. */
export function trainTogether(
  { validation, seed, earlyStopping }: Recipe,
  random: boolean,
): readonly string[] {
  const measured = validation > 0 ? "validation_loss" : "train_loss";
  return [
    "for epoch in range(done + 1, options.epochs + 1):",
    ...(earlyStopping.on
      ? [`    if epoch - progress["best_epoch"] > ${earlyStopping.patience}:`, "        break"]
      : []),
    "    model.train()",
    "    sampler.set_epoch(epoch)",
    ...(random
      ? [
          "    # Each process draws other noise, and the same again where training is resumed.",
          `    torch.manual_seed(${seed} + epoch * processes + rank)`,
        ]
      : []),
    "    losses = torch.zeros(2, dtype=torch.float64, device=device)",
    "    for images, labels in train_batches:",
    "        loss = learn(images.to(device), labels.to(device))",
    "        losses += torch.tensor([loss * len(labels), len(labels)], device=device)",
    "    dist.all_reduce(losses)",
    "    train_loss = (losses[0] / losses[1]).item()",
    ...(validation > 0
      ? [
          "    validation_loss, validation_accuracy = evaluate(validation_batches)",
          "    say(",
          '        f"Epoch {epoch}: loss {train_loss:.4f}, validation loss {validation_loss:.4f},"',
          '        f" accuracy {validation_accuracy:.3f}"',
          "    )",
        ]
      : ['    say(f"Epoch {epoch}: loss {train_loss:.4f}")']),
    '    progress["epoch"] = epoch',
    ...(earlyStopping.on
      ? [
          `    if ${measured} < progress["best_loss"]:`,
          `        progress["best_loss"], progress["best_epoch"] = ${measured}, epoch`,
        ]
      : []),
    "    save(progress)",
    ...(earlyStopping.on
      ? [
          "",
          'best = progress["best_epoch"]',
          "if best > 0:",
          "    network.load_state_dict(from_first(lambda: read_safetensors(weights_file(best))))",
        ]
      : []),
  ];
}

export const ending: readonly string[] = [
  "test_loss, test_accuracy = evaluate(test_batches)",
  'say(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")',
];
