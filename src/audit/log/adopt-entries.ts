import type { RowMac } from '../../encryption/domain/row-mac.js';
import { firstWithMac, isAppended, macMark } from '../domain/entry-mac.js';
import { limits } from '../../core/limits.js';
import type { LogStore } from './log-store.js';

/**
 * Leaf indexes of the entries that are not signed yet and that no gateway with this key has
 * appended: those of a version before MACs, and those of somebody else.
 */
export async function foreignEntries(store: LogStore, mac: RowMac): Promise<readonly number[]> {
  const { size } = await store.head();
  const signed = (await store.lastCheckpoint())?.size ?? 0;
  const first = firstWithMac(mac, await store.macMark()) ?? 0;
  const foreign: number[] = [];
  for (let from = Math.max(signed, first); from < size; from += limits.auditIntegrateStretch) {
    const to = Math.min(size, from + limits.auditIntegrateStretch);
    const entries = await store.entries(from, to);
    foreign.push(
      ...entries.filter((entry) => !isAppended(mac, entry)).map(({ leafIndex }) => leafIndex),
    );
  }
  return foreign;
}

/** Says of all entries that are there that they are the gateway's, with a MAC or without. */
export async function adoptEntries(store: LogStore, mac: RowMac): Promise<void> {
  await store.setMacMark(macMark(mac, (await store.head()).size));
}
