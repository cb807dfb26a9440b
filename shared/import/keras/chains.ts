import type { LayerCall } from "./topology.ts";

/**
 * Layers that our exports write for one node: the last carries its id and those before it `id.layer`
 * (`layerNames` in shared/lowering/lower.ts). Each feeds the next and nothing else. By the last one's index.
 */
export function chainsOf(calls: readonly LayerCall[]): {
  readonly chains: ReadonlyMap<number, readonly number[]>;
  /** All but the last ones. */
  readonly within: ReadonlySet<number>;
} {
  const uses = new Map<number, number>();
  for (const { inputs } of calls) for (const it of inputs) uses.set(it, (uses.get(it) ?? 0) + 1);
  const chains = new Map<number, readonly number[]>();
  const within = new Set<number>();
  for (const [last, call] of calls.entries()) {
    const [id, ...more] = call.path;
    if (id === undefined || more.length || id.includes(".")) continue;
    const chain = [last];
    for (let at: LayerCall | undefined = call; at; ) {
      const [before, ...others]: readonly number[] = at.inputs;
      at = before === undefined || others.length || uses.get(before) !== 1 ? undefined : calls[before];
      if (!at || before === undefined || at.path.length > 1 || !at.path[0]?.startsWith(`${id}.`)) break;
      chain.unshift(before);
    }
    if (chain.length === 1) continue;
    chains.set(last, chain);
    for (const it of chain.slice(0, -1)) within.add(it);
  }
  return { chains, within };
}
