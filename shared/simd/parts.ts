import { Kernel } from "./kernels/protocol.ts";
import { floatBits, type Launcher } from "./launcher.ts";

/** Runs a kernel that leaves partial sums of `count` floats, and adds them into `out`. */
export function sumOfParts(
  launcher: Launcher,
  count: number,
  parts: number,
  scratchBytes: number,
  out: number,
  run: (partials: number, scratch: number) => void,
): void {
  const scratch = launcher.scratch(scratchBytes * launcher.slots + (parts > 1 ? parts * count * 4 : 0));
  const partials = parts > 1 ? scratch + scratchBytes * launcher.slots : out;
  run(partials, scratch);
  if (parts > 1)
    launcher.run(Kernel.sumParts, launcher.sharesFor((parts * count) / 4), [
      count,
      partials,
      parts,
      out,
      floatBits(1),
    ]);
}

/** Into how many parts a batch is split so that threads can share it; never a matter of how many threads there are. */
export function partsOf(images: number, imagesPerPart: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(images / imagesPerPart)));
}
