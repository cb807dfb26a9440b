import {
  backend,
  engine,
  keep,
  Optimizer,
  type Tensor,
  tidy,
  type Variable,
  zeros,
} from "@tensorflow/tfjs-core";
import { SimdBackend } from "./backend.ts";
import { Kernel } from "./kernels/protocol.ts";
import { floatBits } from "./launcher.ts";

/** An optimizer and its learning rate; what is left out takes the value in brackets. */
export type OptimizerSettings =
  | { readonly name: "sgd"; readonly rate: number }
  /** momentum [0.9] */
  | { readonly name: "momentum"; readonly rate: number; readonly momentum?: number }
  /** decay [0.9], momentum [0], epsilon [1e-7] */
  | {
      readonly name: "rmsprop";
      readonly rate: number;
      readonly decay?: number;
      readonly momentum?: number;
      readonly epsilon?: number;
    }
  /** beta1 [0.9], beta2 [0.999], epsilon [1e-7] */
  | {
      readonly name: "adam";
      readonly rate: number;
      readonly beta1?: number;
      readonly beta2?: number;
      readonly epsilon?: number;
    };

/**
 * An optimizer that updates every variable in place by one kernel, defined as tf.train.sgd, momentum, rmsprop and adam
 * are. tfjs's own launch up to twelve kernels for each variable. Averages below 1e-30 count as 0. Undefined when the
 * current backend is not `simd`: then use tfjs's.
 */
export function createOptimizer(settings: OptimizerSettings): Optimizer | undefined {
  return backend() instanceof SimdBackend ? new InPlaceOptimizer(settings) : undefined;
}

/** How one variable is updated: the kernel, and its arguments after count, weights and gradient. */
export interface Rule {
  readonly kernel: Kernel;
  /** Averages kept for each weight. */
  readonly averages: number;
  /** `step` counts from 1; averages by address. */
  readonly words: (step: number, averages: readonly number[]) => readonly number[];
}

/** What an optimizer does to one variable. */
export function ruleOf(settings: OptimizerSettings): Rule {
  const { rate } = settings;
  switch (settings.name) {
    case "sgd":
      return { kernel: Kernel.sgd, averages: 0, words: () => [floatBits(rate)] };
    case "momentum": {
      const { momentum = 0.9 } = settings;
      return {
        kernel: Kernel.momentum,
        averages: 1,
        words: (_, averages) => [floatBits(rate), ...averages, floatBits(momentum)],
      };
    }
    case "rmsprop": {
      const { decay = 0.9, momentum = 0, epsilon = 1e-7 } = settings;
      const factors = [decay, momentum, epsilon].map(floatBits);
      return {
        kernel: Kernel.rmsprop,
        averages: 2,
        words: (_, averages) => [floatBits(rate), ...averages, ...factors],
      };
    }
    case "adam": {
      const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = settings;
      const factors = [beta1, beta2, epsilon].map(floatBits);
      return {
        kernel: Kernel.adam,
        averages: 2,
        words: (step, averages) => [
          ...[floatBits(rate / (1 - beta1 ** step)), ...averages, ...factors],
          floatBits(1 / (1 - beta2 ** step)),
        ],
      };
    }
  }
}

type Gradients = Parameters<Optimizer["applyGradients"]>[0];

class InPlaceOptimizer extends Optimizer {
  static readonly className = "InPlaceOptimizer";
  private readonly settings: OptimizerSettings;
  private readonly rule: Rule;
  private readonly averages = new Map<string, readonly Tensor[]>();
  private steps = 0;

  constructor(settings: OptimizerSettings) {
    super();
    this.settings = settings;
    this.rule = ruleOf(settings);
  }

  override applyGradients(gradients: Gradients): void {
    const simd = backend();
    if (!(simd instanceof SimdBackend)) throw new Error("this optimizer works on the simd backend only");
    this.steps++;
    const named = Array.isArray(gradients)
      ? gradients.map(({ name, tensor }) => [name, tensor] as const)
      : Object.entries(gradients);
    for (const [name, gradient] of named) {
      const variable = engine().registeredVariables[name];
      // tfjs leaves out variables that the loss does not depend on.
      if (variable && gradient) this.update(simd, variable, gradient);
    }
    this.incrementIterations();
  }

  private update(simd: SimdBackend, variable: Variable, gradient: Tensor): void {
    simd.unshare(variable);
    const averages = this.averagesOf(variable).map((it) => simd.address(it));
    const start = [variable.size, simd.address(variable), simd.address(gradient)];
    const words = [...start, ...this.rule.words(this.steps, averages)];
    simd.run(this.rule.kernel, simd.sharesFor(variable.size / 2), words);
  }

  private averagesOf(variable: Variable): readonly Tensor[] {
    const known = this.averages.get(variable.name);
    if (known) return known;
    const fresh = tidy(() => Array.from({ length: this.rule.averages }, () => keep(zeros(variable.shape))));
    this.averages.set(variable.name, fresh);
    return fresh;
  }

  override dispose(): void {
    for (const tensors of this.averages.values()) for (const tensor of tensors) tensor.dispose();
    this.averages.clear();
    super.dispose();
  }

  override getConfig(): { [name: string]: string | number } {
    return { ...this.settings };
  }
}
