import { LogIntegrator } from '../audit/log/log-integrator.js';
import type { LogKeyFile } from '../audit/log/log-key-file.js';
import { LogStore } from '../audit/log/log-store.js';
import { TileReader } from '../audit/log/tile-reader.js';
import type { Operator } from './operator.js';

/** Signs the log up to its last entry; throws LogDamaged or LogKeyError if it cannot. */
export async function publishLog(
  keyFile: LogKeyFile,
  { database, mac }: Pick<Operator, 'database' | 'mac'>,
): Promise<void> {
  const store = new LogStore(database);
  const tiles = new TileReader(store);
  await new LogIntegrator({ store, tiles, mac, keys: () => keyFile.keys() }).publish();
}
