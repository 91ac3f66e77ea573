import type { KeyObject } from 'node:crypto';
import { RowMac } from '../encryption/domain/row-mac.js';
import type { RowIntegrity } from '../encryption/row-integrity.js';
import type { Database } from '../platform/storage/database.js';
import type { VersionsStore } from './domain/versions.store.js';
import { SqlVersionsStore } from './sql-versions.store.js';
import { WriteThread } from './store/write-thread.js';

/** Opens histories over an open database; close them first. `rowKey`: key of the rows' MACs. */
export function openVersionsStore(
  database: Database,
  { rowKey, integrity }: { readonly rowKey: KeyObject; readonly integrity: RowIntegrity },
): VersionsStore & { close(): Promise<void> } {
  const { location } = database;
  const sealed = { mac: new RowMac(rowKey), integrity };
  // A server's answers are awaited as usual; for a file, the thread waits for the disk.
  if (location.dialect === 'postgres') {
    const store = new SqlVersionsStore(database, sealed);
    return Object.assign(store, { close: () => Promise.resolve() });
  }
  const thread = new WriteThread({ location, rowKey });
  const store = new SqlVersionsStore(database, sealed, thread);
  return Object.assign(store, { close: () => thread.close() });
}
