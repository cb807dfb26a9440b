import type { Checked } from "./checks.ts";

interface Program {
  /** What is checked, as its line begins. */
  readonly name: string;
  readonly model: string;
  readonly packages: string;
  readonly imports: readonly string[];
  /** Lines that make \`answers\` from \`probes\`. */
  readonly body: readonly string[];
}

const python = ({ name, model, packages, imports, body }: Program): string =>
  [
    `"""Runs the probes through ${model} and compares with what the design says."""`,
    "",
    "import sys",
    "from pathlib import Path",
    "",
    "try:",
    "    import numpy as np",
    ...imports.map((it) => `    ${it}`),
    "except ImportError as missing:",
    `    print(f"{missing}. Needs: pip install ${packages}", file=sys.stderr)`,
    "    sys.exit(2)",
    "",
    "here = Path(__file__).parent",
    'probes = np.load(here / "probes" / "inputs.npy")',
    'expected = np.load(here / "probes" / "outputs.npy")',
    "",
    ...body,
    "",
    'largest = float("nan")',
    "if answers.shape == expected.shape:",
    "    largest = float((np.abs(answers - expected) / np.maximum(1, np.abs(expected))).max())",
    "agrees = largest <= 1e-5",
    'verdict = "agrees" if agrees else "DIFFERS"',
    `print(f"${name}: {len(probes)} probes, largest difference {largest:.1e}: {verdict}")`,
    "sys.exit(0 if agrees else 1)",
    "",
  ].join("\n");

const pathOf = (path: string | undefined): string =>
  ["here", ...(path ?? "").split("/").map((it) => JSON.stringify(it))].join(" / ");

export const checkOnnx = ({ paths: [path] }: Checked): string =>
  python({
    name: "onnx",
    model: "the ONNX model",
    packages: "onnxruntime numpy",
    imports: ["import onnxruntime"],
    body: [
      `session = onnxruntime.InferenceSession(str(${pathOf(path)}), providers=["CPUExecutionProvider"])`,
      "[answers] = session.run(None, {session.get_inputs()[0].name: probes})",
    ],
  });

export const checkKeras = ({ paths: [path = ""] }: Checked): string =>
  python({
    name: path.endsWith(".h5") ? "h5" : "keras",
    model: "the Keras model",
    packages: "keras tensorflow numpy",
    imports: ["import keras"],
    body: [
      `model = keras.models.load_model(str(${pathOf(path)}), compile=False)`,
      "# Every input of a design is given the same examples.",
      "given = probes if len(model.inputs) == 1 else [probes] * len(model.inputs)",
      "answers = np.asarray(model.predict(given, verbose=0))",
    ],
  });

export const checkTflite = ({ paths: [path] }: Checked): string =>
  python({
    name: "tflite",
    model: "the TensorFlow Lite model",
    packages: "ai-edge-litert numpy",
    imports: ["from ai_edge_litert.interpreter import Interpreter"],
    body: [
      `interpreter = Interpreter(model_path=str(${pathOf(path)}))`,
      "interpreter.allocate_tensors()",
      "answers = []",
      "for probe in probes:",
      "    for given in interpreter.get_input_details():",
      '        interpreter.set_tensor(given["index"], probe[np.newaxis])',
      "    interpreter.invoke()",
      '    answers.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0])',
      "answers = np.array(answers)",
    ],
  });

/** The program trains when it runs, so that only its definitions are taken. */
export const checkPytorch = ({ paths: [path], softmax, has }: Checked): string | undefined => {
  if (!has(torchWeights)) return undefined;
  return python({
    name: "pytorch",
    model: "the network of the PyTorch program",
    packages: "torch numpy",
    imports: ["import torch"],
    body: [
      "# The program's imports, functions and classes without its data and its training.",
      "import ast",
      "",
      `program = ast.parse((${pathOf(path)}).read_text(encoding="utf-8"))`,
      "kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)",
      "program.body = [",
      "    it",
      "    for it in program.body",
      '    if isinstance(it, kinds) and getattr(it, "module", "") != "torchvision"',
      "]",
      "names = {}",
      'exec(compile(program, "pytorch.py", "exec"), names)',
      "",
      'network = names["Network"]()',
      `weights = names["read_safetensors"](${pathOf(torchWeights)})`,
      "network.load_state_dict(weights)",
      "network.eval()",
      "with torch.no_grad():",
      "    answers = network(torch.tensor(probes))",
      ...(softmax
        ? ["    # The program leaves the last softmax to its loss.", "    answers = answers.softmax(-1)"]
        : []),
      "answers = answers.numpy()",
    ],
  });
};

const torchWeights = "programs/weights.safetensors";
