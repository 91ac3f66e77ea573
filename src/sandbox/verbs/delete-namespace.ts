import { conflict, forbidden } from '../model/api-status.js';
import { isJsonObject, type KubeObject, nameOf } from '../model/kube-object.js';
import type { DeleteOptions } from './delete-options.js';
import { type Deletion, finalizersAfter, withFinalizers } from './deletion.js';
import { FOREGROUND } from './propagation.js';
import { timestamp } from './resource-request.js';

const NAMESPACES = { group: '', resource: 'namespaces' } as const;
const immortal = new Set(['default', 'kube-system', 'kube-public']);

/**
 * A namespace is marked first and goes when it is empty, which is not for this request to do.
 * Throws 409 for preconditions that do not hold and 403 for a namespace of the system.
 */
export function namespaceDeletion(
  old: KubeObject,
  options: DeleteOptions,
  nowMs: number,
): Deletion {
  refuseUnmet(old, options);
  if (immortal.has(nameOf(old))) {
    throw forbidden(NAMESPACES, nameOf(old), 'this namespace may not be deleted');
  }
  if (old.metadata.deletionTimestamp !== undefined) return { marked: undefined, isGone: false };
  const { status } = old;
  const terminating: KubeObject = {
    ...old,
    status: { ...(isJsonObject(status) ? status : {}), phase: 'Terminating' },
    metadata: { ...old.metadata, deletionTimestamp: timestamp(nowMs) },
  };
  const finalizers = finalizersAfter(old.metadata.finalizers ?? [], options);
  const isForeground = options.orphanDependents === false;
  const all = isForeground ? [...finalizers, FOREGROUND] : finalizers;
  return { marked: withFinalizers(terminating, all), isGone: false };
}

function refuseUnmet(old: KubeObject, { uid, resourceVersion }: DeleteOptions): void {
  const preconditions = [
    ['UID', uid, old.metadata.uid],
    ['ResourceVersion', resourceVersion, old.metadata.resourceVersion],
  ] as const;
  for (const [what, wanted, is = ''] of preconditions) {
    if (wanted === undefined || wanted === is) continue;
    const why = `${what} in precondition: ${wanted}, ${what} in object meta: ${is}`;
    throw conflict(NAMESPACES, nameOf(old), `Precondition failed: ${why}`);
  }
}
