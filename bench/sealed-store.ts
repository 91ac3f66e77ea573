import { encryptionSettings } from '../src/platform/config/encryption-settings.js';
import { SystemClock } from '../src/core/clock.js';
import { RowMac } from '../src/encryption/domain/row-mac.js';
import { openKeyRing } from '../src/encryption/open-key-ring.js';
import { RowIntegrity } from '../src/encryption/row-integrity.js';
import { SqliteDatabase } from '../src/platform/storage/sqlite-database.js';
import { SqlVersionsStore } from '../src/versions/sql-versions.store.js';
import { KeyReads } from '../src/versions/store/key-reads.js';

/** Histories of a data folder, with the keys that a gateway has there; `close` when done. */
export async function openSealedStore(dataDir: string) {
  const database = await SqliteDatabase.open(dataDir);
  const onAlarm = (message: string): void => console.error(message);
  const ring = await openKeyRing(
    { dataDir, encryption: encryptionSettings.parse({}) },
    {
      database,
      clock: new SystemClock(),
      keyUse: () => new KeyReads(database).keyUse(),
      record: () => Promise.resolve(),
      onAlarm,
    },
  );
  const mac = new RowMac(ring.rowKey);
  const integrity = new RowIntegrity(mac, onAlarm);
  return {
    store: new SqlVersionsStore(database, { mac, integrity }),
    ring,
    async close(): Promise<void> {
      await ring.close();
      await database.close();
    },
  };
}
