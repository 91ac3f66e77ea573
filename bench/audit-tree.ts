import { LogIntegrator } from '../src/audit/log/log-integrator.js';
import { LogStore, type StoredCheckpoint } from '../src/audit/log/log-store.js';
import { TileReader } from '../src/audit/log/tile-reader.js';
import { openForThread } from '../src/platform/storage/open-for-thread.js';
import { type Place, sizeOf } from './audit-place.js';
import { perSecond, report } from './audit-report.js';
import { rowMac } from './row-key.js';

/** Takes what a log was filled with into the tree, as a gateway would; the last checkpoint. */
export async function publishAll({ database, keyFile }: Place): Promise<StoredCheckpoint> {
  const size = await sizeOf(database);
  const last = await new LogStore(database).lastCheckpoint();
  if (last?.size === size) return last;
  const beside = await openForThread(database.location);
  try {
    const startedAt = performance.now();
    const store = new LogStore(beside);
    const tiles = new TileReader(store);
    const keys = () => keyFile.keys();
    const integrator = new LogIntegrator({ store, tiles, mac: rowMac, keys });
    const checkpoint = await integrator.publish();
    const count = size - (last?.size ?? 0);
    const rate = perSecond(count, performance.now() - startedAt);
    report('integrated and signed', `${count} entries, ${rate}/s`);
    return checkpoint;
  } finally {
    await beside.close();
  }
}
