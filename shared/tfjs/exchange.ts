import { compile } from "../compile/compile.ts";
import { initialWeights, weightsFit } from "../compile/weights.ts";
import { formats } from "../emit/index.ts";
import type { Paint } from "../emit/png/paint.ts";
import { importModel } from "../import/index.ts";
import type { ExchangeNews, ExchangeOrder } from "../protocol/exchange.ts";
import { type BackendHost, startBackend } from "./backends.ts";
import type { Time } from "./job.ts";
import { type Made, makeExport } from "./make-export.ts";
import { refusalsOf } from "./refusals.ts";

/** What an exchange needs from the thread that it lives in. */
export interface Surroundings {
  /** Those of its backends that need no graphics card are tried in order. */
  readonly host: BackendHost;
  readonly time: Time;
  readonly paint: Paint;
  send(news: ExchangeNews): void;
}

type Ordered<T extends ExchangeOrder["type"]> = Extract<ExchangeOrder, { type: T }>;

/** The exchange worker's side of the protocol: one order after the other, each with one answer. Never throws. */
export function createExchange({ host, time, paint, send }: Surroundings): (order: ExchangeOrder) => void {
  let last = Promise.resolve();
  let backend: Promise<boolean> | undefined;

  return (order) => {
    last = last.then(async () => send(await answer(order)));
  };

  async function answer(order: ExchangeOrder): Promise<ExchangeNews> {
    const { request } = order;
    try {
      switch (order.type) {
        case "check":
          return { type: "checked", request, refusals: refusalsOf(compile(order.design)) };
        case "import":
          return { type: "imported", request, answer: await importModel(order.files, order.onto) };
        case "export": {
          const made = await make(order);
          return "refused" in made
            ? { type: "refused", request, message: made.refused }
            : { type: "exported", request, ...made };
        }
      }
    } catch (bug) {
      return { type: "refused", request, message: wordsOf(bug) };
    }
  }

  async function make({
    design,
    recipe,
    data,
    weights,
    format,
    theme,
    request,
  }: Ordered<"export">): Promise<Made> {
    const plan = compile(design);
    if (!plan.ready) return { refused: firstProblem(plan.problems) };
    if (weights && !weightsFit(plan, weights)) return { refused: foreignWeights };
    const { needsWeights } = formats[format];
    if (needsWeights && !(await someBackend())) return { refused: noBackend };
    const given = {
      weights: weights ?? (needsWeights ? initialWeights(plan, recipe.seed) : {}),
      trained: weights !== undefined,
    };
    const subject = { title: design.name, plan, recipe, data };
    return makeExport({ format, subject, given, theme, paint }, design, (stage) =>
      send({ type: "stage", request, stage }),
    );
  }

  function someBackend(): Promise<boolean> {
    backend ??= (async () => {
      for (const name of host.names.filter((it) => it === "simd" || it === "cpu"))
        if (await startBackend(host, name, time)) return true;
      return false;
    })();
    return backend;
  }
}

const firstProblem = (problems: ReturnType<typeof compile>["problems"]): string =>
  problems.find((it) => it.severity === "error")?.message ?? "The design is not complete.";

const foreignWeights = "The weights belong to another design. Train this one first.";
const noBackend = "Models cannot be checked on this machine: WebAssembly SIMD is needed at least.";

const wordsOf = (bug: unknown): string =>
  bug instanceof RangeError
    ? "The memory is not enough for a file of this size. Close other programs, or export a smaller design."
    : bug instanceof Error
      ? bug.message
      : String(bug);
