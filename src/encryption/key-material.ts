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
  /** How many versions are under each key. */
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
 * The keys that the database knows, each of which is there and the one of its name, and the keys of
 * MACs. Nothing in it depends on which key is active, so it comes before the audit log, whose
 * entries carry MACs; the key ring, which records changes there, comes after.
 */
export class KeyMaterial {
  readonly store: EncryptionKeysStore;
  readonly held: LoadedKeys;
  readonly sources: KeySources;
  readonly clock: Clock;
  /** Whether other processes may use the same database. */
  readonly writers: Database['writers'];
  /** How many versions were under each key at the start. */
  readonly versions: ReadonlyMap<string, number>;
  /** Keys that versions are under, and that the database knows nothing of. */
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
   * Loads the keys; makes the first ones of a new database. Throws EncryptionKeyError, whose
   * message is a sentence for who starts the gateway.
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
      // Not some damaged rows: the keys themselves were lost on the way here.
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

  /** Of MACs over rows of the database. */
  get rowKey(): KeyObject {
    return this.#macs.rows;
  }

  /** Of the fingerprints of requests. */
  get requestKey(): KeyObject {
    return this.#macs.requests;
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

/** Makes the secret of MACs, under the active key or the first one. */
async function firstMacKeys(keys: Keys, clock: Clock): Promise<MacKeys> {
  const { store, held, sources } = keys;
  const row = activeOf(await store.keys());
  // A database without that secret has had no other key that one could take over from.
  const record = () =>
    Promise.reject(new EncryptionKeyError('the database has lost the secret of MACs'));
  const active =
    row === undefined
      ? await agreeOnActiveKey({ store, held, clock, record }, sources.active)
      : await held.take(row);
  return openMacKeys(store, { held, active, nowMs: clock.nowMs() });
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
