// Rewraps all versions of a data folder, as the command does, and tells how far it has come, so
// that a test can kill it in the middle.
import { writeSync } from 'node:fs';
import { encryptionSettings } from '../../../src/platform/config/encryption-settings.js';
import { SystemClock } from '../../../src/core/clock.js';
import { openKeyRing } from '../../../src/encryption/open-key-ring.js';
import { rewrapAll } from '../../../src/encryption/rewrap.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import { SqlVersionsStore } from '../../../src/versions/sql-versions.store.js';
import { sealedRows } from '../../unit/encryption/row-integrity.builder.js';

const STDOUT = 1;
const [dataDir = ''] = process.argv.slice(2);

// Ends with whoever started it.
process.stdin.on('end', () => process.exit(0)).resume();
const database = await SqliteDatabase.open(dataDir);
const store = new SqlVersionsStore(database, sealedRows());
const nothing = (): Promise<void> => Promise.resolve();
const ring = await openKeyRing(
  { dataDir, encryption: encryptionSettings.parse({}) },
  {
    ...{ database, clock: new SystemClock(), keyUse: () => store.keyUse() },
    ...{ record: nothing, onAlarm: () => undefined },
  },
);
writeSync(STDOUT, 'open\n');
await rewrapAll({
  ...{ ring, store, record: nothing, onDamaged: () => undefined },
  onProgress: (done) => void writeSync(STDOUT, `${done}\n`),
});
await ring.close();
await database.close();
process.exit(0);
