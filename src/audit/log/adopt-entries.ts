import { limits } from '../../core/limits.js';
import type { RowMac } from '../../encryption/domain/row-mac.js';
import { firstWithMac, isAppended, markMac } from '../domain/entry-mac.js';
import type { LogStore } from './log-store.js';

/** Entries without a valid MAC: their number, from the first up to the last. */
export interface ForeignEntries {
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/**
 * Returns the entries that no gateway with this key has appended unchanged; undefined if there are
 * none. They are of a version before MACs, or of other writers. Reads the whole log.
 */
export async function foreignEntries(
  store: LogStore,
  mac: RowMac,
): Promise<ForeignEntries | undefined> {
  const { size, prunedBelow } = await store.head();
  const marked = firstWithMac(mac, await store.macMark(), prunedBelow) ?? 0;
  let found: ForeignEntries | undefined;
  const step = limits.auditIntegrateStretch;
  for (let from = Math.max(prunedBelow, marked); from < size; from += step) {
    for (const entry of await store.entries(from, Math.min(size, from + step))) {
      if (isAppended(mac, entry, marked)) continue;
      const { leafIndex: last } = entry;
      found = { first: found?.first ?? last, last, count: (found?.count ?? 0) + 1 };
    }
  }
  return found;
}

/** Marks the entries up to the last of these as the gateway's. */
export async function adoptEntries(
  store: LogStore,
  mac: RowMac,
  { last }: Pick<ForeignEntries, 'last'>,
): Promise<void> {
  const [entry] = await store.entries(last, last + 1);
  if (entry === undefined) return;
  await store.setMacMark(last + 1, markMac(mac, last + 1, entry.leafHash));
}
