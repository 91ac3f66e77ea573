import { azureNameRules, flatName, gcpNameRules } from '../../domain/flat-name.js';
import { permittedName } from '../../domain/remote-name.js';
import { remoteSecrets } from '../../domain/remote-secrets.js';
import type { StoreSpec } from '../../domain/store-spec.js';
import { directionsOf, type ParsedSync } from '../../domain/sync-spec.js';
import type { NotifiedName } from './notified-names.js';

/** Returns those syncs of a store of which a secret in the store is named, with its prefix. */
export function notifiedSyncs(
  store: StoreSpec,
  syncs: readonly ParsedSync[],
  notified: readonly NotifiedName[],
): readonly ParsedSync[] {
  const own = notified.filter(
    ({ vault }) => vault === undefined || vault.toLowerCase() === vaultOf(store),
  );
  if (own.length === 0) return [];
  const wanted = new Set(own.map(({ name }) => comparable(store, name)));
  return syncs.filter((sync) => namesOf(store, sync).some((name) => wanted.has(name)));
}

/** Returns the names of the secrets of a sync: with levels, and as its store has them. */
function namesOf(store: StoreSpec, { object, spec }: ParsedSync): readonly string[] {
  if (spec === undefined) return [];
  const { namespace } = object;
  const { name } = spec.remote;
  const permitted = permittedName(store.allow, { namespace, name, directions: directionsOf(spec) });
  if ('refused' in permitted) return [];
  const rules = (store.azureKeyVault && azureNameRules) ?? (store.gcpSecretManager && gcpNameRules);
  return remoteSecrets(spec, permitted.name).flatMap((one) => {
    const flat = rules && flatName(one, rules);
    return flat === undefined || 'refused' in flat ? [one] : [one, flat.name];
  });
}

/** Returns a name as the names of syncs are: a parameter has a `/` in front, Azure has no case. */
function comparable(store: StoreSpec, name: string): string {
  if (store.awsParameterStore !== undefined) return name.replace(/^\//, '');
  return store.azureKeyVault === undefined ? name : name.toLowerCase();
}

function vaultOf({ azureKeyVault }: StoreSpec): string | undefined {
  return azureKeyVault && new URL(azureKeyVault.vaultUrl).hostname.split('.', 1)[0];
}
