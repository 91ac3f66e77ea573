import { isJsonObject, type JsonObject, type KubeObject } from '../model/kube-object.js';
import { type Deletion, withFinalizers } from './deletion.js';
import { timestamp } from './resource-request.js';

/** Finalizer that keeps a CustomResourceDefinition until its objects are deleted. */
export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

const pending = {
  status: 'True',
  reason: 'InstanceDeletionPending',
  message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
} as const;

/**
 * Marks a definition first, whatever propagation is requested. A controller removes the definition
 * after its objects.
 */
export function definitionDeletion(old: KubeObject, nowMs: number): Deletion {
  const { finalizers = [] } = old.metadata;
  const metadata = { ...old.metadata, deletionTimestamp: timestamp(nowMs) };
  const held = withFinalizers({ ...old, metadata }, [
    ...finalizers.filter((name) => name !== CLEANUP),
    CLEANUP,
  ]);
  return { marked: withTerminating(held, pending, nowMs), isGone: false };
}

/** Sets the condition that reports the progress of the deletion. */
export function withTerminating(
  definition: KubeObject,
  condition: { readonly status: string; readonly reason: string; readonly message: string },
  nowMs: number,
): KubeObject {
  const status: JsonObject = isJsonObject(definition['status']) ? definition['status'] : {};
  const all = Array.isArray(status['conditions']) ? status['conditions'].filter(isJsonObject) : [];
  const old = all.find(({ type }) => type === 'Terminating');
  const isSame = old?.['status'] === condition.status;
  const lastTransitionTime = isSame ? old['lastTransitionTime'] : timestamp(nowMs);
  const { status: value, reason, message } = condition;
  const next = { type: 'Terminating', status: value, lastTransitionTime, reason, message };
  const conditions = old ? all.map((it) => (it === old ? next : it)) : [...all, next];
  return { ...definition, status: { ...status, conditions } };
}
