// What a thread knows of itself. Every thread has an instance of the module, and with it these numbers, of its own.

let number: i32 = 0;
let prepared: bool = false;

/** 0 for the caller, 1 and up for the workers of the pool. */
export function setThreadNumber(own: i32): void {
  number = own;
}

/** Called whenever a thread turns to another job. */
export function beginJob(): void {
  prepared = false;
}

/**
 * True once in each job of a thread: then it prepares what all its shares need. What it leaves in its scratch memory,
 * packed filters say, still lies there when it comes to the next share.
 */
export function mustPrepare(): bool {
  if (prepared) return false;
  prepared = true;
  return true;
}

/** This thread's piece of a job's scratch memory, of which every thread has `bytes`. */
// @ts-ignore: decorator
@inline export function ownScratch(scratch: usize, bytes: usize): usize {
  return scratch + <usize>number * bytes;
}
