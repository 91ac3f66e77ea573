import {
  chainStart,
  type ChainTail,
  linked,
  type QueuedEntry,
} from '../../../../../src/audit/queue/domain/chain.js';
import type { ReadChain } from '../../../../../src/audit/queue/domain/plan-chain.js';
import { rowMac } from '../../../encryption/row-integrity.builder.js';
import { eventOf } from '../../audit-builders.js';

/** A chain of a writer with so many entries. */
export function chainOf(
  count: number,
  writer = 7,
): { readonly rows: readonly QueuedEntry[]; readonly tail: ChainTail } {
  const entries = Array.from({ length: count }, (_, at) => ({
    json: JSON.stringify(eventOf({ ctx: { auditId: `${writer}-${at + 1}` } })),
    stage: 'single' as const,
  }));
  return linked(entries, chainStart(writer), rowMac());
}

/** A chain as it was committed, of which nothing is integrated. */
export function readOf(count: number, change: Partial<ReadChain> = {}): ReadChain {
  const { rows, tail } = chainOf(count);
  const writer = 7;
  const integrated = chainStart(writer);
  return { writer, integrated, tail, rows, isStateAltered: false, isWhole: true, ...change };
}
