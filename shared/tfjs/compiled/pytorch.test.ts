import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findTorch } from "../../../bench/agreement/agreement.ts";
import type { Plan } from "../../compile/plan.ts";
import { initialWeights, type Weights } from "../../compile/weights.ts";
import { safetensors } from "../../emit/safetensors.ts";
import type { Subject } from "../../emit/subject.ts";
import { torchNetwork } from "../../emit/testing/torch-network.ts";
import { readSafetensors } from "../../import/safetensors/read.ts";
import { randomStream } from "../../nodes/random.ts";
import { type Shape, volume } from "../../nodes/shape.ts";
import { defaultRecipe } from "../../train/recipe.ts";
import { buildNetwork, readWeights } from "../build.ts";
import { createMeter } from "../loss.ts";
import { use } from "../testing/backends.ts";
import { type Drawn, design, planOf } from "../testing/designs.ts";
import { createTrainer } from "../trainer.ts";

const torch = findTorch();
if (!torch) console.warn("No PyTorch here: a hundred compiled steps are not compared with it.");

const steps = 100;
const batch = 16;
const rate = 0.05;
const image = { height: 12, width: 12, channels: 1 };
const head: readonly Drawn[] = [["flatten"], ["dense", { units: 10, activation: "softmax" }]];

const nets: Readonly<Record<string, readonly Drawn[]>> = {
  "fully connected": [
    ["input", image],
    ["flatten"],
    ["dense", { units: 30 }],
    ["dense", { units: 10, activation: "softmax" }],
  ],
  "LeNet-like, by Winograd": [
    ["input", image],
    ["conv2d", { filters: 8, kernel: 5 }],
    ["maxPool2d"],
    ["conv2d", { filters: 16, kernel: 5 }],
    ["conv2d", { filters: 16 }],
    ["maxPool2d"],
    ...head,
  ],
  "with tanh and average pools": [
    ["input", image],
    ["conv2d", { filters: 6, kernel: 5, activation: "tanh" }],
    ["avgPool2d"],
    ["conv2d", { filters: 5, padding: "valid", activation: "tanh" }],
    ["avgPool2d", { padding: "same" }],
    ...head,
  ],
  "residual, with batch norm": [
    ["input", image],
    ["conv2d", { filters: 8, bias: false, activation: "linear" }],
    ["batchNorm"],
    ["activation"],
    ["conv2d", { filters: 8, bias: false, activation: "linear" }],
    ["batchNorm"],
    ["add", {}, ["n3", "n5"]],
    ["activation"],
    ["conv2d", { filters: 12, stride: 2 }],
    ["globalAvgPool2d"],
    ["dense", { units: 10, activation: "softmax" }],
  ],
};

const inputShapeOf = (plan: Plan): Shape => plan.steps[0]?.output ?? [1];

/** Trains in single precision, and in double to see how far rounding alone carries; writes the weights of both. */
const driver = `
import json, pathlib, struct, sys, numpy, torch
folder = pathlib.Path(sys.argv[1])
names = {"__file__": str(folder / "net.py"), "__name__": "net"}
exec((folder / "net.py").read_text(encoding="utf-8"), names)
steps, batch = ${steps}, ${batch}
x = torch.from_numpy(numpy.fromfile(folder / "examples.f32", "<f4")).reshape(steps, batch, *map(int, sys.argv[2:]))
y = torch.from_numpy(numpy.fromfile(folder / "labels.u8", "u1").astype("int64")).reshape(steps, batch)
for precision in ("single", "double"):
    model = names["Network"]()
    model.load_state_dict(names["read_safetensors"](folder / "start.safetensors"))
    if precision == "double":
        model, x = model.double(), x.double()
    optimizer = torch.optim.SGD(model.parameters(), lr=${rate})
    model.train()
    for step in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x[step]), y[step]).backward()
        optimizer.step()
    state = {name: it.detach().float().numpy() for name, it in model.state_dict().items() if it.is_floating_point()}
    header, at = {}, 0
    for name, it in state.items():
        header[name] = {"dtype": "F32", "shape": list(it.shape), "data_offsets": [at, at + it.nbytes]}
        at += it.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    parts = [struct.pack("<Q", len(text)), text, *(it.tobytes() for it in state.values())]
    (folder / f"{precision}.safetensors").write_bytes(b"".join(parts))
`;

test.runIf(torch).each(Object.entries(nets))(
  "a hundred steps of a network %s end where PyTorch's do",
  async (_, drawn) => {
    await use("simd");
    const folder = mkdtempSync(join(tmpdir(), "steps-"));
    try {
      const plan = planOf(...drawn);
      const subject: Subject = { title: "Steps", plan, recipe: defaultRecipe, data: { source: "stripes" } };
      const start = initialWeights(plan, 3);
      const next = randomStream(5);
      const size = volume(inputShapeOf(plan));
      const values = Float32Array.from({ length: steps * batch * size }, next);
      const labels = Uint8Array.from({ length: steps * batch }, (_, at) => at % 10);
      // Something to learn: each class has its own bright pixels.
      for (const [example, label] of labels.entries())
        for (let at = label; at < size; at += 10) values[example * size + at] = 1 + next();
      const file = safetensors(subject, { weights: start, trained: false });
      if ("refused" in file) throw new Error(file.refused);
      writeFileSync(join(folder, "net.py"), torchNetwork(subject));
      writeFileSync(join(folder, "start.safetensors"), file.bytes);
      writeFileSync(join(folder, "examples.f32"), values);
      writeFileSync(join(folder, "labels.u8"), labels);
      execFileSync(torch ?? "", ["-c", driver, folder, ...inputShapeOf(plan).map(String)], { stdio: "pipe" });

      const ours = await trained(plan, start, values, labels);
      const [single, double] = ["single", "double"].map((it) => {
        const name = `${it}.safetensors`;
        const read = readSafetensors({ name, bytes: readFileSync(join(folder, name)) }, design(...drawn));
        if ("refused" in read || !read.weights) throw new Error("PyTorch's weights do not fit.");
        return read.weights;
      });
      // A hundred steps may carry rounding far: then PyTorch's own single precision is as far off.
      const rounding = farthest(plan, single ?? {}, double ?? {});
      expect(farthest(plan, ours, single ?? {})).toBeLessThan(Math.max(1e-4, 2 * rounding));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

async function trained(
  plan: Plan,
  start: Weights,
  values: Float32Array,
  labels: Uint8Array,
): Promise<Weights> {
  const network = buildNetwork(plan, start, 1);
  const meter = createMeter();
  const trainer = createTrainer(network, meter, { name: "sgd", rate });
  expect(trainer.path).toBe("compiled");
  for (let step = 0; step < steps; step++)
    trainer.step(
      { values, labels },
      Uint32Array.from({ length: batch }, (_, place) => step * batch + place),
    );
  const weights = await readWeights(network);
  trainer.dispose();
  meter.dispose();
  network.dispose();
  return weights;
}

/** Largest difference of a learned array in units of its largest value. PyTorch estimates running variances otherwise. */
function farthest(plan: Plan, ours: Weights, theirs: Weights): number {
  const apart = plan.steps.flatMap(({ node, weights }) =>
    weights.flatMap(({ role }, index) => {
      const [a, b] = [ours[node.id]?.[index], theirs[node.id]?.[index]];
      if (role !== "learned" || !a || !b) return role === "learned" ? [Number.POSITIVE_INFINITY] : [];
      expect(b.length).toBe(a.length);
      const scale = a.reduce((most, it) => Math.max(most, Math.abs(it)), 1e-6);
      return [a.reduce((most, it, at) => Math.max(most, Math.abs(it - (b[at] ?? Number.NaN))), 0) / scale];
    }),
  );
  expect(apart.every(Number.isFinite)).toBe(true);
  return Math.max(...apart);
}
