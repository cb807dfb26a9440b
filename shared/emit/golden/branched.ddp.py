# Two paths, one “sum” – drawn with Receptive
#
# 28×28×1 → 10: 236 parameters, 148 of them trainable; 75,354 multiply-adds per image.
#
# Trains in several processes at once, on the CPU or on one GPU each:
#     torchrun --nproc_per_node=2 PROGRAM.py
# It goes on from its last checkpoint. Where there is none, it takes the weights of
# weights.safetensors if that lies beside it, else fresh ones.
#
# Needs PyTorch: pip install torch torchvision numpy

import argparse
import json
import math
import os
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, Subset, TensorDataset
from torch.utils.data.distributed import DistributedSampler
from torchvision import datasets

parser = argparse.ArgumentParser(description="Two paths, one “sum”")
parser.add_argument("--epochs", type=int, default=10, help="passes over the data")
parser.add_argument(
    "--accumulate", type=int, default=1, help="parts in which a process takes a batch"
)
options = parser.parse_args()

if "RANK" not in os.environ:
    raise SystemExit(f"Start it with torchrun --nproc_per_node=2 {Path(__file__).name}")
# torchrun tells each process its number, here and among all, and how many there are.
rank, processes = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
local_rank = int(os.environ["LOCAL_RANK"])
if torch.cuda.is_available():
    device = torch.device("cuda", local_rank)
    torch.cuda.set_device(device)
    dist.init_process_group("nccl")
else:
    device = torch.device("cpu")
    dist.init_process_group("gloo")


def say(*words):
    """Prints once, not once for each process."""
    if rank == 0:
        print(*words, flush=True)


# The first process of a machine downloads what is missing; the others wait.
if local_rank > 0:
    dist.barrier()
# Receptive draws its digits itself; MNIST holds their real counterparts.
# The first run downloads it (11 MB).
train_set = datasets.MNIST("mnist", train=True, download=True)
test_set = datasets.MNIST("mnist", train=False, download=True)
train_images = train_set.data.numpy().reshape((-1, 28, 28, 1)).astype("float32") / 255
test_images = test_set.data.numpy().reshape((-1, 28, 28, 1)).astype("float32") / 255
train_labels, test_labels = train_set.targets.numpy(), test_set.targets.numpy()
if local_rank == 0:
    dist.barrier()


def glorot(layer):
    """Starts a layer as Keras does: Glorot's uniform weights, biases of zero."""
    if isinstance(layer, (nn.Conv2d, nn.Linear)):
        nn.init.xavier_uniform_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.near = nn.Conv2d(1, 8, kernel_size=(3, 1), padding=(1, 0))
        self.far = nn.Conv2d(1, 8, kernel_size=3, padding=2, dilation=2, bias=False)
        self.far.requires_grad_(False)
        self.lambda_ = nn.BatchNorm2d(8, eps=0.001, momentum=0.01)
        self.pool_1 = nn.AvgPool2d(3, stride=2, ceil_mode=True, count_include_pad=False)
        self.swish_1 = nn.SiLU()
        self.dropout_1 = nn.Dropout(0.25)
        self.classes = nn.Linear(9, 10)
        self.apply(glorot)

    def forward(self, images):
        # Images come with their channels last; PyTorch wants them first.
        image = images.permute(0, 3, 1, 2)
        near = F.leaky_relu(self.near(image), 0.2)
        far = self.far(image)
        lambda_ = self.lambda_(far)
        sum = near + lambda_
        both = torch.cat([sum, image], dim=1)
        pool_1 = self.pool_1(both)
        swish_1 = self.swish_1(pool_1)
        everywhere = swish_1.mean(dim=(2, 3))
        dropout_1 = self.dropout_1(everywhere)
        classes = self.classes(dropout_1)
        return classes


def read_safetensors(path):
    """A safetensors file: length of the header, header in JSON, then the numbers."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    header.pop("__metadata__", None)
    tensors = {}
    for name, it in header.items():
        first, end = it["data_offsets"]
        values = np.frombuffer(content[start + first : start + end], dtype="<f4")
        tensors[name] = torch.tensor(values.reshape(it["shape"]))
    return tensors


def write_safetensors(path, tensors):
    """Writes such a file, under its name only when it is whole."""
    header, values, end = {}, [], 0
    for name, tensor in tensors.items():
        values.append(tensor.cpu().numpy().astype("<f4").tobytes())
        first, end = end, end + len(values[-1])
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [first, end],
        }
    start = json.dumps(header).encode()
    start += b" " * (-len(start) % 8)
    unfinished = path.with_suffix(".unfinished")
    content = [len(start).to_bytes(8, "little"), start, *values]
    unfinished.write_bytes(b"".join(content))
    unfinished.replace(path)


torch.manual_seed(42)
network = Network().to(device)
if device.type == "cuda":
    # Batch norm looks at the shares of all processes together; only GPUs can.
    network = nn.SyncBatchNorm.convert_sync_batchnorm(network)
say(network)

# Together the processes take 64 examples a step.
batch_size = max(1, 64 // processes)


def examples(images, labels):
    return TensorDataset(torch.tensor(images), torch.tensor(labels).long())


def measured(images, labels):
    """This process's share of examples that only measure, in batches."""
    mine = range(rank, len(images), processes)
    return DataLoader(Subset(examples(images, labels), mine), batch_size)


test_batches = measured(test_images, test_labels)

# The last training examples only measure.
split = max(1, int(len(train_images) * (1 - 0.1)))
validation_batches = measured(train_images[split:], train_labels[split:])
train_set = examples(train_images[:split], train_labels[:split])

# Every epoch deals the examples anew, in the same way in every run.
sampler = DistributedSampler(train_set, seed=42)
train_batches = DataLoader(train_set, batch_size, sampler=sampler)

loss_of = nn.CrossEntropyLoss()


@torch.no_grad()
def evaluate(batches):
    """Mean loss and share of right answers, over all processes."""
    # Each process's batch norm has averages of its own: those of the first count.
    for buffer in network.buffers():
        dist.broadcast(buffer, src=0)
    network.eval()
    sums = torch.zeros(3, dtype=torch.float64, device=device)
    for images, labels in batches:
        images, labels = images.to(device), labels.to(device)
        logits = network(images)
        sums[0] += loss_of(logits, labels) * len(labels)
        sums[1] += (logits.argmax(dim=1) == labels).sum()
        sums[2] += len(labels)
    dist.all_reduce(sums)
    loss, right, count = sums.tolist()
    return loss / count, right / count


def from_first(read):
    """What the first process reads, for all: other machines may not have its files."""
    found = [read() if rank == 0 else None]
    dist.broadcast_object_list(found)
    return found[0]


devices = [local_rank] if device.type == "cuda" else None
model = DistributedDataParallel(network, device_ids=devices)
optimizer = torch.optim.RMSprop(model.parameters(), lr=0.0005, alpha=0.9, eps=1e-7)

# After every epoch the weights and the optimizer's tensors are kept. The progress names
# the epoch and is written last, so a break at any moment leaves a whole checkpoint.
checkpoints = Path(__file__).with_name("checkpoints")
progress_file = checkpoints / "progress.json"
parameter_names = [name for name, _ in network.named_parameters()]


def weights_file(epoch):
    return checkpoints / f"epoch_{epoch}.safetensors"


def optimizer_file(epoch):
    return checkpoints / f"epoch_{epoch}_optimizer.safetensors"


def network_tensors():
    tensors = network.state_dict()
    return {name: it for name, it in tensors.items() if it.is_floating_point()}


def optimizer_tensors():
    state = optimizer.state_dict()["state"]
    return {
        f"{parameter_names[i]}.{key}": torch.as_tensor(value)
        for i, its in state.items()
        for key, value in its.items()
        if value is not None
    }


def load_optimizer(tensors):
    saved = optimizer.state_dict()
    for name, tensor in tensors.items():
        parameter, key = name.rsplit(".", 1)
        its = saved["state"].setdefault(parameter_names.index(parameter), {})
        its[key] = tensor
    optimizer.load_state_dict(saved)


def save(progress):
    if rank > 0:
        return
    checkpoints.mkdir(exist_ok=True)
    epoch = progress["epoch"]
    write_safetensors(weights_file(epoch), network_tensors())
    write_safetensors(optimizer_file(epoch), optimizer_tensors())
    unfinished = progress_file.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(progress))
    unfinished.replace(progress_file)
    kept = [weights_file(epoch), optimizer_file(epoch)]
    kept.append(weights_file(progress["best_epoch"]))
    for old in checkpoints.glob("epoch_*.safetensors"):
        if old not in kept:
            old.unlink()


def read_progress():
    if not progress_file.exists():
        return {"epoch": 0, "best_epoch": 0, "best_loss": math.inf}
    return json.loads(progress_file.read_text())


weights = Path(__file__).with_name("weights.safetensors")
progress = from_first(read_progress)
done = progress["epoch"]
if done > 0:
    network.load_state_dict(from_first(lambda: read_safetensors(weights_file(done))))
    load_optimizer(from_first(lambda: read_safetensors(optimizer_file(done))))
    say(f"Goes on after epoch {done}.")
elif from_first(weights.exists):
    network.load_state_dict(from_first(lambda: read_safetensors(weights)))
    test_loss, test_accuracy = evaluate(test_batches)
    say(f"{weights.name}: test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")
else:
    say(f"There is no {weights.name}: the weights are fresh.")


def learn(images, labels):
    """One step from a batch, part by part to save memory; gives its mean loss."""
    parts = min(options.accumulate, len(labels))
    loss = 0.0
    optimizer.zero_grad()
    for part, (x, y) in enumerate(
        zip(images.tensor_split(parts), labels.tensor_split(parts)), start=1
    ):
        # With the last part, the processes take the mean of their gradients.
        with nullcontext() if part == parts else model.no_sync():
            share = loss_of(model(x), y) * len(y) / len(labels)
            share.backward()
        loss += share.item()
    optimizer.step()
    return loss


for epoch in range(done + 1, options.epochs + 1):
    if epoch - progress["best_epoch"] > 3:
        break
    model.train()
    sampler.set_epoch(epoch)
    # Each process draws other noise, and the same again where training is resumed.
    torch.manual_seed(42 + epoch * processes + rank)
    losses = torch.zeros(2, dtype=torch.float64, device=device)
    for images, labels in train_batches:
        loss = learn(images.to(device), labels.to(device))
        losses += torch.tensor([loss * len(labels), len(labels)], device=device)
    dist.all_reduce(losses)
    train_loss = (losses[0] / losses[1]).item()
    validation_loss, validation_accuracy = evaluate(validation_batches)
    say(
        f"Epoch {epoch}: loss {train_loss:.4f}, validation loss {validation_loss:.4f},"
        f" accuracy {validation_accuracy:.3f}"
    )
    progress["epoch"] = epoch
    if validation_loss < progress["best_loss"]:
        progress["best_loss"], progress["best_epoch"] = validation_loss, epoch
    save(progress)

best = progress["best_epoch"]
if best > 0:
    network.load_state_dict(from_first(lambda: read_safetensors(weights_file(best))))

test_loss, test_accuracy = evaluate(test_batches)
say(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")

trained = Path(__file__).with_name("trained.safetensors")
if rank == 0:
    write_safetensors(trained, network_tensors())
    print(f"{trained.name} holds the weights; Receptive opens them on this design.")

dist.destroy_process_group()
