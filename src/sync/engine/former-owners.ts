import type { StoreCall } from '../../secrets/domain/secret.store.js';
import { CallTrace } from '../../calls/domain/call-trace.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import { syncLimits } from '../../core/sync-limits.js';
import type { FoundMark, RemoteMark } from '../domain/remote-mark.js';
import type { SecretSyncs, SyncRegistry } from '../domain/secret-syncs.js';
import type { ParsedSync } from '../domain/sync-spec.js';

export interface FormerOwnersDependencies {
  readonly syncs: Pick<SecretSyncs, 'list'>;
  readonly knownSyncs: Pick<SyncRegistry, 'of'>;
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
}

/**
 * Returns the uid of the owner of a mark if the owner was a sync of the same namespace, and was
 * deleted: nobody writes the secret in the store any more. The watch may lag behind, so the API
 * server is asked, too. Undefined for any other owner. Throws SallyportError.
 */
export async function formerOwner(
  parts: FormerOwnersDependencies,
  { object: { namespace } }: ParsedSync,
  { owner, mark }: { readonly owner: RemoteMark; readonly mark: FoundMark },
): Promise<string | undefined> {
  if (typeof mark !== 'object' || mark.syncUid === owner.syncUid) return undefined;
  const { clusterUid, namespaceUid, syncUid } = mark;
  if (clusterUid !== owner.clusterUid || namespaceUid !== owner.namespaceUid) return undefined;
  const known = parts.knownSyncs.of(namespace).values();
  if ([...known].some(({ object }) => object.uid === syncUid)) return undefined;
  const uids = await listedUids(parts, namespace);
  return uids === undefined || uids.has(syncUid) ? undefined : syncUid;
}

/** Returns the uids of all syncs of a namespace; undefined: there are too many to tell. */
async function listedUids(
  { syncs, accounts }: FormerOwnersDependencies,
  namespace: string,
): Promise<ReadonlySet<string> | undefined> {
  const call: StoreCall = { ctx: accounts.broker(), as: 'broker', trace: new CallTrace() };
  const limit = syncLimits.ownersPageMax;
  const uids = new Set<string>();
  let cursor: string | undefined;
  for (let pages = 0; pages < syncLimits.ownersPagesMax; pages += 1) {
    const page = await syncs.list(call, namespace, { limit, continue: cursor });
    for (const { uid } of page.items) uids.add(uid);
    cursor = page.continue;
    if (cursor === undefined) return uids;
  }
  return undefined;
}
