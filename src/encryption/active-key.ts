import type { Clock } from '../core/clock.js';
import { limits } from '../core/limits.js';
import { canaryOf } from './domain/key-canary.js';
import { nextKeyId, numberOf, sourceOf } from './domain/key-name.js';
import type { EncryptionKeyRow, EncryptionKeysStore } from './encryption-keys.store.js';
import type { HeldKey, LoadedKeys } from './loaded-keys.js';
import { EncryptionKeyError } from './key-error.js';
import type { KeySource } from './key-source.js';

export interface ActiveKeyDependencies {
  readonly store: EncryptionKeysStore;
  readonly held: LoadedKeys;
  readonly clock: Clock;
  /** Records that this key is about to replace another. */
  readonly record: (keyId: string) => Promise<void>;
}

/**
 * Returns the key that wraps new versions: a key of `source`, which replaces an active key of
 * another source. If several processes do this concurrently, one succeeds, and the others use its
 * key.
 */
export async function agreeOnActiveKey(
  parts: ActiveKeyDependencies,
  source: KeySource,
): Promise<HeldKey> {
  for (let tries = 0; tries < limits.keyAgreementTriesMax; tries += 1) {
    const rows = await parts.store.keys();
    const active = activeOf(rows);
    if (active !== undefined && sourceOf(active.id) === source.id) return parts.held.take(active);
    const former = rows.filter(
      ({ id, state }) => sourceOf(id) === source.id && state === 'decrypt-only',
    );
    const newest = former.toSorted((a, b) => numberOf(a.id) - numberOf(b.id)).at(-1);
    const row = newest ?? (await makeRow(parts, source, rows));
    if (active !== undefined) await parts.record(row.id);
    if (await parts.store.activate(active?.id, row)) return parts.held.take(row);
  }
  throw new EncryptionKeyError('other replicas keep changing the active encryption key');
}

/** Creates a key of the active key's source; false if another process replaced the active key. */
export async function replaceActiveKey(
  parts: ActiveKeyDependencies,
  active: HeldKey,
): Promise<boolean> {
  if (!active.source.makesKeys) {
    throw new EncryptionKeyError(
      `the encryption key ${active.id} was given: name another one as active in encryption.keys`,
    );
  }
  const row = await makeRow(parts, active.source, await parts.store.keys());
  await parts.record(row.id);
  return parts.store.activate(active.id, row);
}

export function activeOf(rows: readonly EncryptionKeyRow[]): EncryptionKeyRow | undefined {
  return rows.find(({ state }) => state === 'active');
}

async function makeRow(
  { clock }: ActiveKeyDependencies,
  source: KeySource,
  rows: readonly EncryptionKeyRow[],
): Promise<EncryptionKeyRow> {
  const known = rows.map(({ id }) => id);
  return newRow(source, source.makesKeys ? nextKeyId(source.id, known) : source.id, clock.nowMs());
}

/** Returns the row of a key that the database does not know yet. */
export async function newRow(
  source: KeySource,
  id: string,
  nowMs: number,
): Promise<EncryptionKeyRow> {
  const { key, wrapped } = await source.make(id);
  const facts = { provider: source.provider, state: 'decrypt-only', created_ms: nowMs } as const;
  return { id, ...facts, wraps: 0, canary: canaryOf({ id, key }), wrapped };
}
