import { limits } from '../core/limits.js';
import type { Rewrapped, VersionsStore } from '../versions/domain/versions.store.js';
import { sealedCluster } from './domain/envelope.js';
import { IntegrityError } from './domain/integrity-error.js';
import type { KeyRing } from './key-ring.js';

export type RewrapStore = Pick<VersionsStore, 'wrappedOtherwise' | 'rewrap' | 'keyUse'>;
type Row = Awaited<ReturnType<RewrapStore['wrappedOtherwise']>>[number];

export interface RewrapDependencies {
  readonly ring: KeyRing;
  readonly store: RewrapStore;
  /** Records that this number of versions is about to be under the active key. */
  readonly record: (count: number) => Promise<void>;
  readonly onProgress: (done: number, total: number) => void;
  readonly onDamaged: (version: Row) => void;
}

export interface RewrapResult {
  readonly rewrapped: number;
  /** Changed or deleted since they were read. */
  readonly passedOver: number;
  /** Their keys do not fit, wherever they come from: they stay unchanged. */
  readonly damaged: number;
}

/**
 * Wraps every version with the active key, some hundreds in each transaction. Each has one key at
 * any time: whatever ends this, the next run continues with the remaining versions.
 */
export async function rewrapAll({
  ring,
  store,
  record,
  onProgress,
  onDamaged,
}: RewrapDependencies): Promise<RewrapResult> {
  const total = othersThan(ring.activeKeyId, await store.keyUse());
  let [rewrapped, passedOver, damaged] = [0, 0, 0];
  let after = { historyId: 0, version: 0 };
  for (;;) {
    const rows = await store.wrappedOtherwise(ring.activeKeyId, after, limits.rewrapBatchMax);
    const last = rows.at(-1);
    if (last === undefined) return { rewrapped, passedOver, damaged };
    after = { historyId: last.historyId, version: last.version };
    const found = rows.map((row) => ({ row, one: rewrapOne(ring, row) }));
    const bad = found.filter(({ one }) => one === 'damaged');
    for (const { row } of bad) onDamaged(row);
    damaged += bad.length;
    const batch = found.flatMap(({ one }) => (one === undefined || one === 'damaged' ? [] : [one]));
    if (batch.length > 0) await record(batch.length);
    const changed = batch.length === 0 ? 0 : await store.rewrap(batch);
    rewrapped += changed;
    passedOver += batch.length - changed;
    onProgress(rewrapped + passedOver + damaged, total);
  }
}

/** Rewraps. The binding comes from the row and from what it proves, never from the caller. */
function rewrapOne(ring: KeyRing, row: Row): Rewrapped | 'damaged' | undefined {
  const { payload, historyId, version, namespace, namespaceUid, name, secretUid } = row;
  if (payload === undefined) return undefined;
  try {
    const cluster = sealedCluster(payload.ciphertext);
    const binding = { cluster, namespace, namespaceUid, name, secretUid, version };
    const { keyId, wrappedKey } = payload;
    return { historyId, version, ...ring.rewrap(payload, binding), from: { keyId, wrappedKey } };
  } catch (error) {
    if (error instanceof IntegrityError) return 'damaged';
    throw error;
  }
}

function othersThan(keyId: string, use: ReadonlyMap<string, number>): number {
  return [...use].reduce((sum, [id, count]) => (id === keyId ? sum : sum + count), 0);
}
