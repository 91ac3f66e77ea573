import { LogIntegrator } from '../audit/log/log-integrator.js';
import type { LogKeyFile } from '../audit/log/log-key-file.js';
import { LogStore } from '../audit/log/log-store.js';
import { TileReader } from '../audit/log/tile-reader.js';
import { RowMac } from '../encryption/domain/row-mac.js';
import type { Operator } from './operator.js';

/** Signs the log up to its last entry; throws LogDamaged or LogKeyError where that cannot be. */
export async function publishLog(
  keyFile: LogKeyFile,
  { database, rowKey }: Pick<Operator, 'database' | 'rowKey'>,
): Promise<void> {
  const store = new LogStore(database);
  const tiles = new TileReader(store);
  const mac = new RowMac(rowKey);
  await new LogIntegrator({ store, tiles, mac, keys: () => keyFile.keys() }).publish();
}
