import type { PoolStart, PoolWorker, SpawnWorker } from "./host.ts";

/** How long a worker may take to start; with fewer the work is done as well, only more slowly. */
const usualStartMs = 10_000;

/** Told of every worker that has started, and of every one that ends later without being told to. */
interface Roll {
  readonly joined: (worker: PoolWorker) => void;
  readonly left: (worker: PoolWorker) => void;
}

/**
 * Starts `count` workers and resolves when each has started, has failed to, or has taken too long; one that comes late is
 * ended. Never rejects: whoever has a job does himself what no worker takes.
 */
export async function startWorkers(
  spawn: SpawnWorker,
  start: Omit<PoolStart, "thread">,
  count: number,
  roll: Roll,
  mostMs = usualStartMs,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), mostMs);
  });
  await Promise.all(
    Array.from({ length: count }, (_, at) => startOne(spawn, { ...start, thread: at + 1 }, late, roll)),
  );
  // Or a program that has nothing more to do would wait for it.
  clearTimeout(timer);
}

async function startOne(
  spawn: SpawnWorker,
  start: PoolStart,
  late: Promise<undefined>,
  { joined, left }: Roll,
): Promise<void> {
  let running: PoolWorker | undefined;
  let dead = false;
  const starting = spawn(start, () => {
    dead = true;
    if (running) left(running);
  }).catch(() => undefined);
  const worker = await Promise.race([starting, late]);
  if (!worker) {
    void starting.then((it) => it?.terminate());
    return;
  }
  if (dead) return;
  running = worker;
  joined(worker);
}
