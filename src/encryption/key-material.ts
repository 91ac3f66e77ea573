import { type KeyObject } from 'node:crypto';
import type { EncryptionSettings } from '../platform/config/encryption-settings.js';
import type { Clock } from '../core/clock.js';
import type { Database } from '../platform/storage/database.js';
import { activeOf, agreeOnActiveKey } from './active-key.js';
import { wrapperOf } from './domain/wrapped-secret.js';
import { type KeyNeeds, planKey, unknownKeys } from './domain/plan-keys.js';
import { type EncryptionKeyRow, EncryptionKeysStore } from './encryption-keys.store.js';
import { LoadedKeys } from './loaded-keys.js';
import { EncryptionKeyError } from './key-error.js';
import { knownMacKeys, type MacKeys, openMacKeys } from './mac-key.js';
import { type KeySources, openKeySources } from './open-key-sources.js';

export interface KeyRingSettings {
  readonly dataDir: string;
  readonly encryption: EncryptionSettings;
}

export interface KeyMaterialDependencies {
  readonly database: Database;
  readonly clock: Clock;
  /** Returns the number of versions under each key. */
  readonly keyUse: () => Promise<ReadonlyMap<string, number>>;
}

interface LoadedMaterial {
  readonly store: EncryptionKeysStore;
  readonly held: LoadedKeys;
  readonly sources: KeySources;
  readonly clock: Clock;
  readonly writers: Database['writers'];
  readonly versions: ReadonlyMap<string, number>;
  readonly unknown: readonly string[];
  readonly macs: MacKeys;
}

/**
 * Keys in the database, each of which is available and verified by its name, and the keys of MACs.
 * Nothing here depends on which key is active. So it starts before the audit log, whose entries
 * have MACs; the key ring, which records changes there, starts after.
 */
export class KeyMaterial {
  readonly store: EncryptionKeysStore;
  readonly held: LoadedKeys;
  readonly sources: KeySources;
  readonly clock: Clock;
  /** Whether other processes may use the database. */
  readonly writers: Database['writers'];
  /** Number of versions under each key at the start. */
  readonly versions: ReadonlyMap<string, number>;
  /** Keys of versions that the database does not know. */
  readonly unknown: readonly string[];
  readonly #macs: MacKeys;

  private constructor(loaded: LoadedMaterial) {
    this.store = loaded.store;
    this.held = loaded.held;
    this.sources = loaded.sources;
    this.clock = loaded.clock;
    this.writers = loaded.writers;
    this.versions = loaded.versions;
    this.unknown = loaded.unknown;
    this.#macs = loaded.macs;
  }

  /**
   * Loads the keys; creates the first keys of a new database. Throws EncryptionKeyError, whose
   * message is a sentence for the operator.
   */
  static async open(
    settings: KeyRingSettings,
    { database, clock, keyUse }: KeyMaterialDependencies,
  ): Promise<KeyMaterial> {
    const sources = await openKeySources(settings.encryption, settings.dataDir);
    const store = new EncryptionKeysStore(database);
    const keys = { store, held: new LoadedKeys(sources), sources };
    try {
      const versions = await keyUse();
      const rows = await takeKnownKeys(keys, versions);
      const unknown = unknownKeys(rows, versions);
      // These are not some damaged rows: the keys themselves were lost.
      if (rows.length === 0 && unknown.length > 0) {
        throw new EncryptionKeyError('the database has versions, and not one of their keys');
      }
      const macs = (await knownMacKeys(store, keys.held)) ?? (await firstMacKeys(keys, clock));
      const { writers } = database;
      return new KeyMaterial({ ...keys, clock, writers, versions, unknown, macs });
    } catch (error) {
      closeSources(sources);
      throw error;
    }
  }

  /** Returns the key of MACs over rows of the database. */
  get rowKey(): KeyObject {
    return this.#macs.rows;
  }

  /** Returns the key of the fingerprints of requests. */
  get requestKey(): KeyObject {
    return this.#macs.requests;
  }

  /** Returns the key of the fingerprints of synced values. */
  get syncKey(): KeyObject {
    return this.#macs.syncs;
  }

  close(): void {
    closeSources(this.sources);
  }
}

interface Keys {
  readonly store: EncryptionKeysStore;
  readonly held: LoadedKeys;
  readonly sources: KeySources;
}

function closeSources({ all }: KeySources): void {
  for (const source of all.values()) source.close();
}

/** Creates the secret of MACs, under the active key or the first one. */
async function firstMacKeys(keys: Keys, clock: Clock): Promise<MacKeys> {
  const { store, held, sources } = keys;
  const row = activeOf(await store.keys());
  // A database without that secret has had no other key to replace.
  const record = () =>
    Promise.reject(new EncryptionKeyError('the database has lost the secret of MACs'));
  const active =
    row === undefined
      ? await agreeOnActiveKey({ store, held, clock, record }, sources.active)
      : await held.take(row);
  return openMacKeys(store, { held, active, nowMs: clock.nowMs() });
}

/** Loads all known keys that are or may be needed: a missing key ends the start. */
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
    // The data folder may have lost keys that nothing needs any more.
    const mayMiss = plan.kind === 'load' && !plan.isNeeded && row.provider === 'embedded';
    if (mayMiss && row.state !== 'active') await held.take(row).catch(() => undefined);
    else await held.take(row);
  }
  return rows;
}
