import type { Kernel } from "./kernels/protocol.ts";

/** Functions of the WebAssembly module; see kernels/index.ts. Sizes are in bytes and for one thread. */
export interface KernelModule {
  dispatch(kernel: Kernel, shares: number): void;
  runProgram(start: number, end: number): void;
  /** panels: of eight columns each, that lie packed at once. */
  gemmScratchBytes(depth: number, panels: number): number;
  convolutionScratchBytes(depth: number, outChannels: number, paddedFloats: number): number;
  filterGradientScratchBytes(depth: number, outChannels: number, paddedFloats: number): number;
  winogradFilterScratchBytes(): number;
  /** Of a transformed filter, which the threads share. */
  winogradFilterBytes(channels: number, outChannels: number): number;
  winogradScratchBytes(
    outHeight: number,
    outWidth: number,
    channels: number,
    outChannels: number,
    group: number,
    outTile: number,
  ): number;
  winogradFilterGradientScratchBytes(
    outHeight: number,
    outWidth: number,
    channels: number,
    outChannels: number,
    group: number,
    outTile: number,
  ): number;
  batchNormScratchBytes(channels: number): number;
  depthwiseScratchBytes(taps: number, maps: number, repeatedFloats: number): number;
  depthwiseFilterGradientScratchBytes(taps: number, maps: number, repeatedFloats: number): number;
  /** Of one part's sums. */
  batchNormPartBytes(channels: number): number;
  batchNormTrainingScratchBytes(channels: number): number;
  layerNormGradientScratchBytes(columns: number): number;
  /** Of one part's sums. */
  layerNormPartBytes(columns: number): number;
  crossEntropyScratchBytes(columns: number): number;
  dropoutScratchBytes(channels: number): number;
  /** depth: cells of the filter · output channels. */
  stridedGradientScratchBytes(depth: number, channels: number, paddedFloats: number): number;
}
