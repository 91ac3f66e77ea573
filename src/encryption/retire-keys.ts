import { wrapperOf } from './domain/wrapped-secret.js';
import type { EncryptionKeysStore } from './encryption-keys.store.js';
import type { LoadedKeys } from './loaded-keys.js';

/**
 * Retires the keys that the gateway created, that are not active and that nothing uses; returns
 * their ids. No earlier backup can be opened after that.
 */
export async function retireUnusedKeys(
  { store, held }: { readonly store: EncryptionKeysStore; readonly held: LoadedKeys },
  versions: ReadonlyMap<string, number>,
): Promise<readonly string[]> {
  const mac = await store.macSecret();
  const needed = new Set([...versions].filter(([, count]) => count > 0).map(([id]) => id));
  if (mac !== undefined) needed.add(wrapperOf(mac));
  const retired: string[] = [];
  for (const { id, state } of await store.keys()) {
    const source = held.sourceOf(id);
    if (state !== 'decrypt-only' || needed.has(id) || source?.makesKeys !== true) continue;
    if (!(await store.retire(id))) continue;
    held.drop(id);
    source.forget(id);
    retired.push(id);
  }
  return retired;
}
