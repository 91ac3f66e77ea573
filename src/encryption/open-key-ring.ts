import type { KeyObject } from 'node:crypto';
import type { EncryptionSettings } from '../platform/config/encryption-settings.js';
import type { Clock } from '../core/clock.js';
import { limits } from '../core/limits.js';
import type { Database } from '../platform/storage/database.js';
import { agreeOnActiveKey, newRow } from './active-key.js';
import { wrapperOf } from './domain/wrapped-secret.js';
import { sourceOf } from './domain/key-name.js';
import { type KeyNeeds, planKey, unknownKeys } from './domain/plan-keys.js';
import { type EncryptionKeyRow, EncryptionKeysStore } from './encryption-keys.store.js';
import { HeldKeys } from './held-keys.js';
import { EncryptionKeyError } from './key-error.js';
import { knownMacKeys, openMacKeys } from './mac-key.js';
import { type KeySources, openKeySources } from './open-key-sources.js';
import { StoredKeyRing } from './stored-key-ring.js';

export interface KeyRingSettings {
  readonly dataDir: string;
  readonly encryption: EncryptionSettings;
}

export interface OpenKeyRingParts {
  readonly database: Database;
  readonly clock: Clock;
  /** How many versions are under each key. */
  readonly keyUse: () => Promise<ReadonlyMap<string, number>>;
  /** Writes down that this key is about to take over from another. */
  readonly record: (keyId: string) => Promise<void>;
  /** Told the key of the MACs of rows, before `record` is called. */
  readonly onRowKey?: (key: KeyObject) => void;
  readonly onAlarm: (message: string) => void;
}

/**
 * The keys of history, each of which is there and the one of its name; makes the first ones. Throws
 * EncryptionKeyError, whose message is a sentence for who starts the gateway.
 */
export async function openKeyRing(
  settings: KeyRingSettings,
  parts: OpenKeyRingParts,
): Promise<StoredKeyRing> {
  const sources = await openKeySources(settings.encryption, settings.dataDir);
  const { database, clock, record, onRowKey, onAlarm } = parts;
  const store = new EncryptionKeysStore(database);
  const held = new HeldKeys(sources);
  try {
    const versions = await parts.keyUse();
    const rows = await takeKnownKeys({ store, held, sources }, versions);
    const unknown = unknownKeys(rows, versions);
    // Not some damaged rows: the keys themselves were lost on the way here.
    if (rows.length === 0 && unknown.length > 0) {
      throw new EncryptionKeyError('the database has versions, and not one of their keys');
    }
    const known = await knownMacKeys(store, held);
    if (known !== undefined) onRowKey?.(known.rows);
    const active = await agreeOnActiveKey({ store, held, clock, record }, sources.active);
    await keepOthers({ store, held, sources }, clock.nowMs());
    const macs = await openMacKeys(store, { held, active, nowMs: clock.nowMs() });
    onRowKey?.(macs.rows);
    const { writers } = database;
    const lost = new Set(unknown);
    const all = { store, held, clock, record, sources, writers, onAlarm, lost };
    const ring = new StoredKeyRing(all, { active, macs });
    await ring.ready();
    // Rows that nobody can open any more do not keep all others closed.
    if (unknown.length > 0) onAlarm(damage(unknown, versions));
    return ring;
  } catch (error) {
    for (const source of sources.all.values()) source.close();
    throw error;
  }
}

interface Keys {
  readonly store: EncryptionKeysStore;
  readonly held: HeldKeys;
  readonly sources: KeySources;
}

/** All keys that are known and needed, or may come to be: whatever is missing ends the start. */
async function takeKnownKeys(
  keys: Keys,
  versions: ReadonlyMap<string, number>,
): Promise<readonly EncryptionKeyRow[]> {
  const { store, held, sources } = keys;
  const rows = await store.keys();
  const mac = await store.macSecret();
  const named = [...sources.all.keys()].filter((id) => !sources.retired.has(id));
  const needs: KeyNeeds = {
    sources: new Set(named),
    versions,
    macWrapper: mac && wrapperOf(mac),
  };
  for (const row of rows) {
    const plan = planKey(row, needs);
    if (plan.kind === 'refuse') throw new EncryptionKeyError(plan.reason);
    if (plan.kind === 'retire') await store.retire(row.id);
    if (plan.kind === 'revive') await store.revive(row.id);
    if (plan.kind !== 'load' && plan.kind !== 'revive') continue;
    // The data folder may have lost what nothing needs any more.
    const mayMiss = plan.kind === 'load' && !plan.isNeeded && row.provider === 'embedded';
    if (mayMiss && row.state !== 'active') await held.take(row).catch(() => undefined);
    else await held.take(row);
  }
  return rows;
}

function damage(ids: readonly string[], versions: ReadonlyMap<string, number>): string {
  const count = ids.reduce((sum, id) => sum + (versions.get(id) ?? 0), 0);
  const named = ids
    .slice(0, limits.keysNamedMax)
    .map((id) => JSON.stringify(id.slice(0, limits.keyIdShownCharactersMax)));
  const more = ids.length > named.length ? ` and ${ids.length - named.length} more` : '';
  const who = `${named.join(', ')}${more}`;
  return `versions of history are damaged: ${count}, under keys that nobody knows: ${who}`;
}

/** Sources that are named and have no key in the database yet must be of use, too. */
async function keepOthers({ store, held, sources }: Keys, nowMs: number): Promise<void> {
  const known = new Set((await store.keys()).map(({ id }) => sourceOf(id)));
  for (const source of sources.all.values()) {
    if (known.has(source.id) || sources.retired.has(source.id)) continue;
    if (source.provider === 'embedded') continue;
    if (source.makesKeys) {
      await source.look([]);
      if (source.problem !== undefined) throw new EncryptionKeyError(source.problem);
      continue;
    }
    const row = await newRow(source, source.id, nowMs);
    await store.keep(row);
    await held.take(row);
  }
}
