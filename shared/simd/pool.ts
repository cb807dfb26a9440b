import type { PoolStart, PoolWorker, SpawnWorker } from "./host.ts";

/** How long to wait for workers; with fewer the work is done as well, only more slowly. */
const usualStartMs = 2000;

/** Told of every worker that has started, and of every one that ends later without being told to. */
interface Roll {
  readonly joined: (worker: PoolWorker) => void;
  readonly left: (worker: PoolWorker) => void;
}

/**
 * Starts `count` workers and resolves when each has started, has failed to, or has taken too long; one that comes late
 * joins then. Never rejects: whoever has a job does himself what no worker takes.
 */
export async function startWorkers(
  spawn: SpawnWorker,
  start: Omit<PoolStart, "thread">,
  count: number,
  roll: Roll,
  mostMs = usualStartMs,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const impatience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, mostMs);
  });
  const starting = Array.from({ length: count }, (_, at) =>
    startOne(spawn, { ...start, thread: at + 1 }, roll),
  );
  await Promise.race([Promise.all(starting), impatience]);
  // Or a program that has nothing more to do would wait for it.
  clearTimeout(timer);
}

async function startOne(spawn: SpawnWorker, start: PoolStart, { joined, left }: Roll): Promise<void> {
  let running: PoolWorker | undefined;
  let dead = false;
  const died = (): void => {
    dead = true;
    if (running) left(running);
  };
  const worker = await spawn(start, died).catch(() => undefined);
  if (!worker || dead) return;
  running = worker;
  joined(worker);
}
