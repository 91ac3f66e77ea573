import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogKeyFile } from '../../src/audit/log/log-key-file.js';
import { encryptionSettings } from '../../src/platform/config/encryption-settings.js';
import { SystemClock } from '../../src/core/clock.js';
import { RowMac } from '../../src/encryption/domain/row-mac.js';
import { openKeyRing } from '../../src/encryption/open-key-ring.js';
import { RowIntegrity } from '../../src/encryption/row-integrity.js';
import { keyUse } from '../../src/encryption/key-use.js';
import { PolicyScan } from '../../src/rotation/store/rotation-scans.js';
import { PostgresDatabase } from '../../src/platform/storage/postgres/postgres-database.js';
import { PostgresServer } from '../postgres/postgres-server.js';
import type { SharedStorage } from './rotation-crash-gateway.js';

const KEY_BYTES = 32;

/** A PostgreSQL database and the keys that go with it, for more than one gateway. */
export class CrashStorage implements SharedStorage {
  readonly url: string;
  readonly auditKeyFile: string;
  readonly encryptionKeyFile: string;
  readonly #server: PostgresServer;
  readonly #dir: string;

  private constructor(server: PostgresServer, url: string, dir: string) {
    this.#server = server;
    this.#dir = dir;
    this.url = url;
    this.auditKeyFile = join(dir, 'log.key');
    this.encryptionKeyFile = join(dir, 'history.key');
  }

  static async start(): Promise<CrashStorage> {
    const server = await PostgresServer.start();
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-rotation-keys-'));
    const storage = new CrashStorage(server, await server.createDatabase(), dir);
    new LogKeyFile({ path: storage.auditKeyFile }).create();
    writeFileSync(storage.encryptionKeyFile, randomBytes(KEY_BYTES), { mode: 0o600 });
    return storage;
  }

  /** Past the gateways; the rows of the last statement. */
  query(sql: string): Promise<readonly Record<string, unknown>[]> {
    return this.#server.run(sql, this.url);
  }

  /** Ends the server without notice, and starts it again. */
  crash(): Promise<void> {
    return this.#server.crash();
  }

  /** Restarts the server in order; sessions end with an error message. */
  restart(): Promise<void> {
    return this.#server.restart();
  }

  /** Gives rotation policies that a test has changed the MACs of a gateway. */
  async adoptPolicies(): Promise<void> {
    const database = await PostgresDatabase.open(this.url);
    const keys = [{ id: 'shared', source: { file: this.encryptionKeyFile } }];
    const ring = await openKeyRing(
      { dataDir: this.#dir, encryption: encryptionSettings.parse({ keys }) },
      {
        ...{ database, clock: new SystemClock(), keyUse: () => keyUse(database) },
        ...{ record: () => Promise.resolve(), onAlarm: () => undefined },
      },
    );
    const integrity = new RowIntegrity(new RowMac(ring.rowKey), () => undefined);
    for (const row of await new PolicyScan(database, integrity).next('')) await row.adopt();
    await ring.close();
    await database.close();
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
