import { forbidden } from '../model/api-status.js';
import { isJsonObject, type KubeObject, nameOf } from '../model/kube-object.js';
import type { DeleteOptions } from './delete-options.js';
import { type Deletion, finalizersAfter, withFinalizers } from './deletion.js';
import { FOREGROUND } from './propagation.js';
import { timestamp } from './resource-request.js';

const NAMESPACES = { group: '', resource: 'namespaces' } as const;
const immortal = new Set(['default', 'kube-system', 'kube-public']);

/** Throws 403 for a system namespace. */
export function refuseImmortal(namespace: KubeObject): void {
  if (!immortal.has(nameOf(namespace))) return;
  throw forbidden(NAMESPACES, nameOf(namespace), 'this namespace may not be deleted');
}

/** Marks a namespace; a controller removes it when it is empty. */
export function namespaceDeletion(
  old: KubeObject,
  options: Pick<DeleteOptions, 'propagation' | 'orphanDependents'>,
  nowMs: number,
): Deletion {
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
