import { providerNameReason } from './provider-place.js';
import { keyedName, nameReason } from './remote-name.js';
import type { StoreSpec } from './store-spec.js';
import { remoteOf, type SyncSpec } from './sync-spec.js';

/** Part of a spec that says which secrets of a store a sync has. */
export type RemoteSpec = Pick<SyncSpec, 'remote' | 'keys'>;

/** Returns the names of all secrets of a sync in its store. `whole`: the name with its prefix. */
export function remoteSecrets({ remote, keys = [] }: RemoteSpec, whole: string): readonly string[] {
  if (remote.format === 'json') return [whole];
  return keys.map((key) => keyedName(whole, remoteOf(key)));
}

/** Returns why a store takes no secrets of these names; undefined if it may take them. */
export function remoteSecretsReason(
  store: StoreSpec,
  spec: RemoteSpec,
  whole: string,
): string | undefined {
  if (spec.remote.format === 'perKey' && store.kubernetes !== undefined) {
    return 'a Secret of another cluster has keys of its own: set remote.format to json';
  }
  const refused = remoteSecrets(spec, whole)
    .map((name) => ({ name, reason: nameReason(name) ?? providerNameReason(store, name) }))
    .find(({ reason }) => reason !== undefined);
  if (refused === undefined || spec.remote.format === 'json') return refused?.reason;
  return `${refused.name}: ${refused.reason}`;
}
