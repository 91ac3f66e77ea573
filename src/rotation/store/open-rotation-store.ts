import type { RotationStore } from '../domain/rotation.store.js';
import { SqlRotationStore } from './sql-rotation.store.js';
import type { RotationStoreDependencies } from './rotation-store.dependencies.js';

/**
 * Opens runs over an open database. A SQLite file has one process, so leases of earlier processes
 * end immediately; throws Unavailable.
 */
export async function openRotationStore(parts: RotationStoreDependencies): Promise<RotationStore> {
  const store = new SqlRotationStore(parts);
  await store.takeOver();
  return store;
}
