import type { ReadChain } from './plan-chain.js';

/**
 * Returns the number of queued entries of these chains that are not in the log. A chain whose end
 * is not known has at least the rows that were read.
 */
export function entriesWaiting(chains: readonly ReadChain[]): number {
  return chains.reduce((sum, { tail, integrated, rows }) => {
    const counted = (tail?.sequence ?? 0) - integrated.sequence;
    return sum + Math.max(counted, rows.length);
  }, 0);
}
