import { secretRight } from '../../access/domain/secret-rights.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { keyChanges } from '../domain/key-changes.js';
import { toMetadataBody } from '../domain/read-body.js';
import { failedMatch, refuseFailedMatch } from '../domain/read-preconditions.js';
import type { SecretRef, StoredSecret } from '../domain/secret.js';
import type { Preconditions } from '../domain/secret.store.js';
import { deleteOwn } from './own-write.js';
import {
  type WriteCall,
  type WriteOutcome,
  readBeforeIfAllowed,
  refuseUnconditional,
  storeCall,
  visibleChanges,
  writeOutcome,
} from './write-call.js';

/** Serves DELETE: under `If-Match`, deletes only the state that the caller has seen. */
export async function deleteSecret(
  call: WriteCall,
  ref: SecretRef,
  stated: Preconditions = {},
): Promise<WriteOutcome> {
  call.served.requireReachable(ref.namespace);
  await call.access.require(call.ctx, secretRight('delete', ref));
  const before = await readBeforeIfAllowed(call, ref);
  const preconditions = checked(call, before, stated);
  let version: number | undefined;
  try {
    version = await deleteOwn(call, ref, () =>
      call.store.delete(storeCall(call, 'caller'), ref, preconditions, call.options),
    );
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error;
    if (error.code === 'Conflict' && call.options.ifMatch !== undefined) throw failedMatch();
    if (!(error.code === 'NotFound' && call.afterUnknown)) throw error;
  }
  const changes = before ? keyChanges(before.data, new Map()) : null;
  const result = {
    namespace: ref.namespace,
    name: ref.name,
    created: false,
    dryRun: call.options.dryRun,
    secret: before ? { ...toMetadataBody(before), version: version ?? null } : null,
    changes: await visibleChanges(call, ref, changes),
    warnings: [],
  };
  return writeOutcome(result, { version });
}

function checked(
  call: WriteCall,
  before: StoredSecret | undefined,
  stated: Preconditions,
): Preconditions {
  const { ifMatch } = call.options;
  const isConditional = ifMatch !== undefined || stated.resourceVersion !== undefined;
  if (!before && call.afterUnknown) return stated;
  if (before) refuseUnconditional(before, isConditional);
  refuseFailedMatch(before, call.options);
  if (ifMatch === undefined || !before) return stated;
  return { uid: before.uid, resourceVersion: before.resourceVersion };
}
