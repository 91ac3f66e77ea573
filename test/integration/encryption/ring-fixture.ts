import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encryptionSettings } from '../../../src/platform/config/encryption-settings.js';
import type { VersionBinding } from '../../../src/encryption/domain/version-binding.js';
import { openKeyRing } from '../../../src/encryption/open-key-ring.js';
import type { StoredKeyRing } from '../../../src/encryption/stored-key-ring.js';
import type { Database } from '../../../src/platform/storage/database.js';
import type { TestDatabase } from '../../postgres/test-storage.js';
import { ManualClock } from '../../unit/auth/manual-clock.js';

export const binding: VersionBinding = {
  cluster: 'cluster-uid',
  namespace: 'mongodb',
  namespaceUid: 'namespace-uid',
  name: 'shhhhhh',
  secretUid: 'secret-uid',
  version: 1,
};

export const text = Buffer.from('r00t123');

/** What settings say of keys, as in a configuration file. */
export type KeySettings = readonly {
  readonly id: string;
  readonly source: { readonly file?: string; readonly environment?: string; readonly kms?: string };
  readonly state?: 'active' | 'decrypt-only' | 'retired';
}[];

export interface Ring {
  readonly ring: StoredKeyRing;
  readonly database: Database;
  readonly alarms: string[];
  readonly recorded: string[];
  readonly close: () => Promise<void>;
}

export interface RingOptions {
  readonly keys?: KeySettings;
  readonly dataDir?: string;
  /** What the database would say is under each key. */
  readonly use?: ReadonlyMap<string, number>;
}

/** A data folder, a clock, and the rings that were opened over a database. */
export class RingFixture {
  readonly clock = new ManualClock();
  readonly dataDir = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
  readonly #test: TestDatabase;
  readonly #open = new Set<Ring>();

  constructor(test: TestDatabase) {
    this.#test = test;
  }

  async open({ keys = [], dataDir = this.dataDir, use = new Map() }: RingOptions = {}) {
    const database = await this.#test.open();
    const alarms: string[] = [];
    const recorded: string[] = [];
    try {
      const ring = await openKeyRing(
        { dataDir, encryption: encryptionSettings.parse({ keys }) },
        {
          ...{ database, clock: this.clock, keyUse: () => Promise.resolve(use) },
          record: (id) => Promise.resolve(void recorded.push(id)),
          onAlarm: (message) => void alarms.push(message),
        },
      );
      const opened: Ring = {
        ...{ ring, database, alarms, recorded },
        close: async () => {
          this.#open.delete(opened);
          await ring.close();
          await database.close();
        },
      };
      this.#open.add(opened);
      return opened;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** The sentence with which a start fails. */
  async refusal(options: RingOptions = {}): Promise<string> {
    const opened = await this.open(options).catch(
      (error: Error) => `${error.name}: ${error.message}`,
    );
    return typeof opened === 'string' ? opened : 'it started';
  }

  /** Keys of the database: `id state`, oldest first. */
  async states(): Promise<readonly string[]> {
    const rows = await this.#test.run(
      "SELECT id, state FROM encryption_keys WHERE provider <> 'mac' ORDER BY created_ms, id",
    );
    return rows.map(({ id, state }) => `${String(id)} ${String(state)}`);
  }

  async remove(): Promise<void> {
    for (const opened of this.#open) await opened.close();
    await this.#test.remove();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
