import asc from "assemblyscript/asc";

// Twelve sums that do not wait for each other keep every multiplier of the processor busy.
const sums = Array.from({ length: 12 }, (_, at) => `s${at}`);
const source = `
export function multiplyAdd(count: i32): f32 {
  const a = f32x4.splat(0.999), b = f32x4.splat(0.001);
  ${sums.map((it, at) => `let ${it} = f32x4.splat(${at});`).join(" ")}
  for (let i = 0; i < count; i++) {
    ${sums.map((it) => `${it} = f32x4.relaxed_madd(${it}, a, b);`).join("\n    ")}
  }
  ${sums
    .slice(1)
    .map((it) => `s0 = f32x4.add(s0, ${it});`)
    .join(" ")}
  return f32x4.extract_lane(s0, 0);
}`;

/** The most that one thread of this machine can multiply and add in WebAssembly's vectors of four, in GFLOP/s. */
export async function measurePeak(): Promise<number> {
  const compiled = await asc.compileString(source, {
    optimizeLevel: 3,
    runtime: "stub",
    enable: ["simd", "relaxed-simd"],
  });
  if (!compiled.binary) throw new Error(`AssemblyScript could not compile the loop: ${compiled.stderr}`);
  const { instance } = await WebAssembly.instantiate(compiled.binary as BufferSource);
  const multiplyAdd = instance.exports.multiplyAdd as (count: number) => number;
  const count = 2_000_000;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    const start = performance.now();
    multiplyAdd(count);
    best = Math.min(best, performance.now() - start);
  }
  return (count * sums.length * 8) / best / 1e6;
}
